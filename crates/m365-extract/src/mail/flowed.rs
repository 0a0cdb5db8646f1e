//! Lines that a mail program broke, joined again (RFC 3676).

/// Joins the lines of a text of the type `text/plain; format=flowed`: one that ends in a space goes
/// on in the next one, unless that is quoted deeper or less. With `delete_space`, as of `DelSp`, the
/// space was added with the break.
pub(crate) fn join(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = None;
    for line in text.lines() {
        let (depth, content) = unstuffed(line);
        match open {
            Some(open) if open == depth && content != "-- " => out.push_str(content),
            _ => begin_line(&mut out, depth, content),
        }
        open = (content.ends_with(' ') && content != "-- ").then_some(depth);
        if open.is_some() && delete_space {
            out.pop();
        }
    }
    out
}

fn begin_line(out: &mut String, depth: usize, content: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n('>', depth));
    if depth > 0 && !content.is_empty() {
        out.push(' ');
    }
    out.push_str(content);
}

/// How deep a line is quoted, and the line without the marks and the space that protects its start.
fn unstuffed(line: &str) -> (usize, &str) {
    let content = line.trim_start_matches('>');
    (line.len() - content.len(), content.strip_prefix(' ').unwrap_or(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_end_in_a_space_go_on_in_the_next() {
        assert_eq!(join("One \nline.\nTwo.", false), "One line.\nTwo.");
        assert_eq!(join("Wo \nrd", true), "Word");
    }

    #[test]
    fn quotes_keep_their_depth_and_signatures_their_mark() {
        assert_eq!(join(">> a \n>> b \n> c\nd \n-- \nAnn", false), ">> a b \n> c\nd \n-- \nAnn");
    }

    #[test]
    fn a_protected_start_is_restored() {
        assert_eq!(join(" From here\n >x", false), "From here\n>x");
    }
}
