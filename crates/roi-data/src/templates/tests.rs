//! Every template can be filled, and none stands twice.

use std::collections::BTreeSet;

use super::*;

#[test]
fn templates_have_one_slot_where_they_are_filled() {
    let lists: [&[&str]; 8] = [
        &DESCRIBE_REGION,
        &DESCRIBE_REGIONS,
        &LOCATE_PHRASE,
        &OBJECTS_LISTED,
        &IS_THERE,
        &IT_IS_THERE,
        &IT_IS_NOT_THERE,
        &[NAME_THE_CLASS, MAY_FEATURE, POINT],
    ];
    for template in lists.into_iter().flatten() {
        assert_eq!(template.matches("{}").count(), 1, "{template}");
        assert_eq!(template.matches(['{', '<']).count(), 1, "{template}");
    }
    for template in WHY
        .iter()
        .chain([&REFER_WITH_POSITION, &REFER_WITHOUT_POSITION])
    {
        assert!(!template.contains(['{', '<']), "{template}");
    }
}

#[test]
fn no_wording_stands_twice() {
    let all = DESCRIBE_REGION
        .iter()
        .chain(&DESCRIBE_REGIONS)
        .chain(&LOCATE_PHRASE)
        .chain(&OBJECTS_LISTED)
        .chain(&WHY)
        .chain(&IS_THERE)
        .chain(&IT_IS_THERE)
        .chain(&IT_IS_NOT_THERE);
    assert_eq!(all.clone().collect::<BTreeSet<_>>().len(), all.count());
}

#[test]
fn every_second_region_question_says_please() {
    for pair in DESCRIBE_REGION.chunks_exact(2) {
        let please = |question: &str| question.to_lowercase().contains("please");
        assert_eq!(
            [please(pair[0]), please(pair[1])],
            [false, true],
            "{pair:?}"
        );
    }
}
