//! What screen readers say of the boxes, in Japanese.

use roi_geom::{BoxPx, ListChange, News, Step};

use crate::format::spoken;

pub(super) fn sentence(news: &News) -> String {
    match *news {
        News::Changed { step, change } => {
            let change = changed(change);
            match step {
                Step::Change => change,
                Step::Undo => format!("元に戻しました: {change}"),
                Step::Redo => format!("やり直しました: {change}"),
            }
        }
        News::Begun(corner) => format!(
            "{}, {} から枠を描き始めました。次のクリックで描き終わります",
            spoken(corner.x),
            spoken(corner.y)
        ),
        News::GivenUp => "枠を描くのをやめました".to_owned(),
        News::Selected { number, at } => format!("領域 {number} を選択、{}", place(at)),
        News::NothingSelected => "領域の選択なし".to_owned(),
    }
}

fn changed(change: ListChange) -> String {
    match change {
        ListChange::Added { number, at } => format!("領域 {number} を追加、{}", place(at)),
        ListChange::Moved { number, to } => format!("領域 {number} を移動、{}", place(to)),
        ListChange::Resized { number, to } => {
            format!("領域 {number} の大きさを変更、{}", place(to))
        }
        ListChange::Removed { number, n_before } => match n_before.saturating_sub(number) {
            0 => format!("領域 {number} を削除"),
            1 => format!("領域 {number} を削除。領域 {n_before} は {number} になりました"),
            _ => format!(
                "領域 {number} を削除。領域 {} から {n_before} は {number} から {} になりました",
                number + 1,
                n_before - 1
            ),
        },
        ListChange::Several { n_now } => format!("領域の一覧を変更、現在 {n_now} 個"),
    }
}

fn place(found: BoxPx) -> String {
    let [x1, y1, x2, y2] = <[f64; 4]>::from(found).map(spoken);
    format!("{x1}, {y1} から {x2}, {y2} まで")
}
