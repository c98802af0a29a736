"""The version, read by the build and printed without asking the installed metadata, which takes longer."""

VERSION = "0.1.0"
