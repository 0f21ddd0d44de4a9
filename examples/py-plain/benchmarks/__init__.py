"""The standard library's compressors on three kinds of data: a suite that needs nothing but `cases()`."""
