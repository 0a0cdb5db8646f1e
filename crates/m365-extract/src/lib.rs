//! Turns documents and mail bodies into clean markdown: bytes in, pages of text out.
