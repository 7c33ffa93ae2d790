//! Boxes on the command line.

use roi_protocol::BoxPx;

use super::parse_box;

#[test]
fn a_box_is_four_numbers() {
    assert_eq!(
        parse_box("90.5, 60.25,223,200"),
        Ok(BoxPx::new(90.5, 60.25, 223.0, 200.0))
    );
}

#[test]
fn a_box_may_begin_outside_the_picture() {
    assert_eq!(
        parse_box("-5,-7,10,11"),
        Ok(BoxPx::new(-5.0, -7.0, 10.0, 11.0))
    );
}

#[test]
fn anything_else_is_refused_in_one_line() {
    for text in ["", "1,2,3", "1,2,3,4,5", "1,2,3,x", "1 2 3 4"] {
        let error = parse_box(text).expect_err(text);
        assert!(error.contains(&format!("{text:?}")), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
