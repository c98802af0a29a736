"""Search: how texts are cut into words, which texts of an entry count, and the index over them."""
