//! What a new decoder takes from the examples.

use super::new_decoder;
use crate::testing::{example, parameters};
use crate::{Broken, Example, Examples, Named, TrainError};

/// Examples of which a few are broken and the rest have this many boxes.
struct Few {
    n_boxes: usize,
    is_broken: fn(u64) -> bool,
}

impl Examples for Few {
    type Example = Example;

    fn epoch_len(&self) -> u64 {
        3
    }

    fn source_sha256(&self) -> &str {
        "of no file"
    }

    fn get(&self, position: u64) -> Result<Named<Example>, Broken> {
        let name = format!("example {position}");
        if (self.is_broken)(position) {
            return Err(Broken {
                name,
                problem: "broken".to_owned(),
            });
        }
        // The broken ones are the only ones that differ.
        let seed = if position % 5 == 2 { 77 } else { 5 };
        Ok(Named {
            name,
            example: example(seed, self.n_boxes, 3),
        })
    }
}

fn keys_of_the_first_layer(examples: &Few) -> Result<String, TrainError> {
    let parameters = new_decoder(parameters(), examples, 11)?;
    parameters.hash("model.layers.0.self_attn.k_proj.weight")
}

#[test]
fn a_decoder_looks_for_what_the_regions_of_the_examples_have_in_common() {
    let whole = Few {
        n_boxes: 2,
        is_broken: |_| false,
    };
    let partly_broken = Few {
        is_broken: |position| position % 5 == 2,
        ..whole
    };
    let [all, rest, again] =
        [&whole, &partly_broken, &whole].map(|examples| keys_of_the_first_layer(examples).unwrap());
    assert_eq!(all, again);
    assert_ne!(all, rest);
}

#[test]
fn examples_without_regions_are_refused() {
    let examples = Few {
        n_boxes: 0,
        is_broken: |_| false,
    };
    let error = keys_of_the_first_layer(&examples).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a new decoder needs regions to look at, and the first 128 examples have none that shows anything"
    );
}

#[test]
fn what_is_wrong_is_told_where_no_example_can_be_read() {
    let examples = Few {
        n_boxes: 2,
        is_broken: |_| true,
    };
    let TrainError::NothingReadable { problems, .. } =
        keys_of_the_first_layer(&examples).unwrap_err()
    else {
        panic!("it is something else that is wrong");
    };
    assert_eq!(problems.len(), 5);
    assert_eq!(problems[0], "example 0: broken");
}
