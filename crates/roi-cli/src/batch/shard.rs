//! One of n parts of a file.

use std::str::FromStr;

/// The i-th of n parts: every n-th line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// Counted from zero.
    index: usize,
    n: usize,
}

impl Shard {
    /// Whether the line with this index, counted from zero, is in it.
    pub(crate) fn has(self, line: usize) -> bool {
        line % self.n == self.index
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse::<usize>().ok()?, n.parse::<usize>().ok()?)));
        match numbers {
            Some((i, n)) if (1..=n).contains(&i) => Ok(Self { index: i - 1, n }),
            _ => Err(format!(
                "{text:?} is no part: write i/n with i from 1 to n, as in 2/4"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn every_line_is_in_one_shard() {
        let shards: Vec<Shard> = ["1/3", "2/3", "3/3"].map(|s| s.parse().expect(s)).to_vec();
        for line in 0..11 {
            assert_eq!(
                shards.iter().filter(|shard| shard.has(line)).count(),
                1,
                "{line}"
            );
        }
    }

    #[test]
    fn other_parts_do_not_exist() {
        for text in ["0/3", "4/3", "1/0", "1", "a/b", "-1/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
