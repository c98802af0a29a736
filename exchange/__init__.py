"""Files in and out: dossiers as YAML or JSONL, and exports that can be recorded again."""
