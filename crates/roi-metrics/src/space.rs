//! What Python takes for white space.

/// As `str.split()` and `str.rstrip()` do: Unicode's white space and four separators of ASCII, which Unicode does not count.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::is_space;

    #[test]
    fn separators_of_ascii_are_space_and_their_neighbours_are_not() {
        let spaces: Vec<u32> = (0_u32..0x21)
            .filter(|&code| is_space(char::from_u32(code).unwrap()))
            .collect();
        // `[c for c in range(0x21) if chr(c).isspace()]`
        assert_eq!(spaces, [9, 10, 11, 12, 13, 28, 29, 30, 31, 32]);
    }
}
