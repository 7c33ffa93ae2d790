//! What went wrong and what is worth knowing, in Japanese. What others say stands in brackets or after a colon: it may be in
//! another language.

use roi_geom::PictureSize;
use roi_protocol::{FailureKind, SavedError};

use crate::{
    EngineEnd, EngineSaid, Notice, PictureTrouble, PosterTrouble, QuestionTrouble, SavedTrouble,
    SceneTrouble, Trouble, Unkept,
};

pub(super) fn sentence(trouble: &Trouble) -> String {
    match trouble {
        Trouble::EngineNotStarted { end, next_attempt } => {
            let said = format!("エンジンを起動できませんでした。{}", engine_end(end));
            match next_attempt {
                Some(seconds) => format!("{said}{seconds} 秒後にもう一度試します。"),
                None => said,
            }
        }
        Trouble::EngineStopped(end) => format!(
            "エンジンが停止しました。{}エンジンを起動し直しています。準備ができたら、もう一度質問してください。",
            engine_end(end)
        ),
        Trouble::Engine(said) => engine(said),
        Trouble::ModelNotOpened {
            said,
            url,
            next_attempt,
        } => {
            let mut sentences = vec!["モデルを開けませんでした。".to_owned()];
            sentences.extend(
                next_attempt.map(|seconds| format!("{seconds} 秒後にもう一度試します。")),
            );
            sentences.extend(url.as_ref().map(|url| format!("モデルの場所: {url}。")));
            sentences.push(engine(said));
            sentences.concat()
        }
        Trouble::NotAnAddress(asked) => format!(
            "「{asked}」はモデルのアドレスではありません。https:// などで始まる、パッケージのフォルダーの URL を指定してください。"
        ),
        Trouble::FolderNotOpened(said) => format!("フォルダーを開けませんでした ({said})。"),
        Trouble::FolderNotAllowed(name) => format!(
            "モデルはフォルダー「{name}」にあります。「再試行」を押して、このページに読み取りを許可してください。"
        ),
        Trouble::NoDroppedFolders => {
            "このブラウザーでは、ドロップしたフォルダーを開けません。「モデル」からフォルダーを選んでください。"
                .to_owned()
        }
        Trouble::Picture(trouble) => picture(trouble),
        Trouble::SizesDiffer { shown, read } => format!(
            "この画像では枠の位置がずれてしまいます。ブラウザーでの大きさは {} ピクセルですが、エンジンでは {} ピクセルです。\
             PNG として保存し直し、それを開いてください。",
            size(*shown),
            size(*read)
        ),
        Trouble::RegionInUse(number) => format!(
            "この会話に出てくるため、領域 {number} は削除できません。動かすことはできます。削除するには、新しい会話を始めてください。"
        ),
        Trouble::RegionAwaited(number) => format!(
            "まだ送信していない質問に出てくるため、領域 {number} は削除できません。削除するには、その質問を送信するか、書き換えるか、\
             取り消してください。"
        ),
        Trouble::Question(trouble) => question(trouble),
        Trouble::SeveralRegions(named) => format!(
            "質問に領域 {} と領域 {} が出てきます。すべての領域について質問するには、領域を 1 つだけ書くか、書かないでください。",
            named.first, named.second
        ),
        Trouble::ConversationGone => {
            "この会話はもう保存されていません。別のタブで削除された可能性があります。".to_owned()
        }
        Trouble::ConversationPictureGone => {
            "この会話の画像はもうこのブラウザーに保存されていないため、会話を開けません。".to_owned()
        }
        Trouble::SavedNotOpened { file, why } => format!(
            "「{file}」を開けませんでした。{}「会話を保存」で作ったファイルを開いてください。",
            saved(why)
        ),
        Trouble::ConversationNotSaved(said) => format!("会話を保存できませんでした ({said})。"),
        Trouble::Poster(trouble) => poster(trouble),
    }
}

pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::ModelNotKept(said) => format!(
            "モデルは使えますが、このブラウザーには保存されません ({said})。次回は取得し直します。"
        ),
        Notice::OlderModel(said) => format!(
            "このモデルの新しいバージョンを使えないため、保存されているバージョンを開きました ({said})。"
        ),
        Notice::ConversationNotKept(why) => format!(
            "このブラウザーに会話を保存できませんでした ({})。そのため、最近の部分は再読み込みすると失われます。\
             会話をファイルに保存するか、古い会話を削除して空きを作ってください。",
            unkept(why)
        ),
        Notice::PageNotKept { has_room: true } => {
            "ページの一部をまだ取得できていないため、ネットワークなしでは起動できません。自動的にもう一度試します。".to_owned()
        }
        Notice::PageNotKept { has_room: false } => {
            "このブラウザーにはページを保存する空きがないため、ネットワークなしでは起動できません。\
             「モデル」からモデルを削除するか、ディスクの空きを増やしてください。".to_owned()
        }
        Notice::LastPictureGone => {
            "前回の会話の画像はもうこのブラウザーに保存されていないため、会話を開けませんでした。"
                .to_owned()
        }
        Notice::EngineRestarted => {
            "エンジンを起動し直しました。回答のなかった質問はもう一度送信できます。".to_owned()
        }
    }
}

/// What kind of failure it is, where that is known, and the engine's own words: they have the figures.
fn engine(said: &EngineSaid) -> String {
    let own_words = format!("エンジンからのメッセージ: {}", said.sentence);
    let what = match said.kind {
        FailureKind::Other => return own_words,
        FailureKind::Miscomputes => "このデバイスは正しく計算していません。回答は信頼できません。",
        FailureKind::OutOfMemory => {
            "グラフィックスメモリが足りません。グラフィックスカードを使っているほかのプログラムを閉じるか、より小さなモデルを開いてください。"
        }
        FailureKind::Limit => {
            "このグラフィックスアダプターには、このモデルのバッファーは大きすぎます。ビット数の少ないモデルを開くか、別のアダプターを使ってください。"
        }
        FailureKind::NoWebGpu => {
            "このブラウザーでは WebGPU を使えません。最新の Chrome、Edge、Safari で、https または localhost からこのページを開いてください。"
        }
        FailureKind::NoAdapter => {
            "WebGPU で使えるグラフィックスアダプターがありません。ブラウザーの設定でハードウェアアクセラレーションを有効にし、グラフィックスドライバーを更新して、ブラウザーを起動し直してください。"
        }
        FailureKind::MissingFeature => {
            "このページに必要な WebGPU の機能が、このグラフィックスアダプターにはありません。最新の Chrome または Edge をお試しください。"
        }
        FailureKind::HostFailed => {
            "モデルのサーバーから応答がないか、途中で途切れました。接続を確認してください。"
        }
        FailureKind::PackageMissing => {
            "その場所にモデルがないか、一部が欠けています。アドレスを確認してください。"
        }
        FailureKind::PackageDamaged => {
            "取得したモデルは壊れているか、このバージョンでは使えません。"
        }
        FailureKind::TooLong => {
            "質問が長すぎて、モデルが一度に扱える範囲に収まりません。短くしてください。"
        }
        FailureKind::PackageBusy => {
            "別のタブがこのモデルを開いているか、確認または削除しています。終わってからもう一度試すか、そのタブを閉じてください。"
        }
    };
    format!("{what} ({own_words})")
}

fn engine_end(end: &EngineEnd) -> String {
    match end {
        EngineEnd::WorkerEnded => "ワーカーが終了しています。".to_owned(),
        EngineEnd::Misfit => {
            "プログラムがこのページに合いません。ブラウザーのキャッシュを使わずにページを再読み込みしてください (Ctrl+Shift+R)。"
                .to_owned()
        }
        EngineEnd::NotLoaded(program) => {
            format!("プログラム {program} を読み込めませんでした。")
        }
        EngineEnd::Said(said) => format!("理由: {said}。"),
    }
}

fn picture(trouble: &PictureTrouble) -> String {
    match trouble {
        PictureTrouble::SampleNotFetched(url) => {
            format!("見本の画像 {url} を取得できませんでした。")
        }
        PictureTrouble::SceneNotDrawn(why) => {
            format!("新しい場面を描けませんでした。{}", scene(why))
        }
        PictureTrouble::SceneNotShown(said) => {
            format!("新しい場面を表示できませんでした ({said})。")
        }
        PictureTrouble::NotShown { name, said } => {
            format!("画像「{name}」を表示できませんでした ({said})。")
        }
        PictureTrouble::Empty { name } => {
            format!("画像「{name}」を読み込めませんでした。ファイルが空です。")
        }
        PictureTrouble::Unreadable { name, said } => {
            format!("画像「{name}」を読み込めませんでした ({said})。")
        }
        PictureTrouble::Undecodable { name } => format!(
            "「{name}」を画像として読み込めませんでした。壊れているか、別の種類のファイルの可能性があります。\
             PNG、JPEG、WebP のファイルを開いてください。"
        ),
    }
}

fn scene(trouble: &SceneTrouble) -> String {
    match trouble {
        SceneTrouble::NotLoaded(program) => {
            format!("プログラム {program} を読み込めませんでした。")
        }
        SceneTrouble::Misfit => {
            "プログラムがこのページに合いません。ページを再読み込みしてください。".to_owned()
        }
        SceneTrouble::Stopped => "プログラムが停止しました。".to_owned(),
        SceneTrouble::Said(said) => format!("理由: {said}。"),
    }
}

fn question(trouble: &QuestionTrouble) -> String {
    match trouble {
        QuestionTrouble::ModelLoading => {
            "モデルを読み込んでいます。準備ができたら質問を送信してください。".to_owned()
        }
        QuestionTrouble::NoModel => {
            "モデルが動いていません。ページの上のメッセージを見てください。".to_owned()
        }
        QuestionTrouble::PictureRefused => {
            "モデルはこの画像を読み取れません。別の画像を開いてください。".to_owned()
        }
        QuestionTrouble::NoPicture => {
            "先に画像を開いてください。質問は画像についてのものです。".to_owned()
        }
        QuestionTrouble::NoSuchRegion { tag, n_boxes } => {
            let there = match n_boxes {
                0 => "枠がまだ描かれていません".to_owned(),
                1 => "あるのは <region1> だけです".to_owned(),
                n => format!("あるのは <region1> から <region{n}> までです"),
            };
            format!(
                "質問に {tag} が出てきますが、{there}。その枠を描くか、別の領域を書いてください。"
            )
        }
        QuestionTrouble::NotANumber(number) => {
            format!("領域 {number} に、数値ではない座標があります。")
        }
        QuestionTrouble::NoArea { number, picture } => format!(
            "領域 {number} には、{} ピクセルの画像の内側に入る部分がありません。座標を直すか、領域を削除してください。",
            size(*picture)
        ),
    }
}

fn saved(trouble: &SavedTrouble) -> String {
    match trouble {
        SavedTrouble::TooLarge => "会話のファイルとしては大きすぎます。".to_owned(),
        SavedTrouble::Unreadable(said) => format!("理由: {said}。"),
        SavedTrouble::NotOurs => "このページで保存した会話ではありません。".to_owned(),
        SavedTrouble::Refused(error) => refused(error),
        SavedTrouble::Malformed(said) => {
            format!("一部が欠けているか、正しくありません ({said})。")
        }
        SavedTrouble::PictureDamaged => "中の画像が壊れています。".to_owned(),
        SavedTrouble::PictureUndecodable => "中の画像を読み込めませんでした。".to_owned(),
        SavedTrouble::PictureTooLarge => {
            "中の画像が、モデルの読み取れる大きさを超えています。".to_owned()
        }
        SavedTrouble::RegionOutside(number) => {
            format!("領域 {number} が画像の上にありません。")
        }
    }
}

fn refused(error: &SavedError) -> String {
    match error {
        SavedError::Format(said) => {
            format!("roichat の会話ではなく、「{said}」と書かれています。")
        }
        SavedError::Version { found } => {
            format!("新しいバージョン ({found}) のファイルで、このページでは読めません。")
        }
        SavedError::TooMany { count, limit, .. } => {
            format!("内容の数または長さが上限を超えています (上限は {limit}、実際は {count})。")
        }
        SavedError::NotFinite(_) => "枠の座標に、数値ではないものがあります。".to_owned(),
        SavedError::Number { turn, value, .. } => {
            format!("{turn} 番目の質問に、正しくない数値 ({value}) があります。")
        }
        SavedError::NoSuchRegion {
            turn,
            region,
            count,
        } => format!("{turn} 番目の質問に領域 {region} が出てきますが、枠は {count} 個です。"),
        SavedError::NotADataUrl => "中の画像が base64 のデータ URL ではありません。".to_owned(),
        other => format!("理由: {other}。"),
    }
}

fn poster(trouble: &PosterTrouble) -> String {
    match trouble {
        PosterTrouble::NotDrawn(said) => format!("画像を描けませんでした ({said})。"),
        PosterTrouble::NoCanvas => {
            "このブラウザーには、画像を描くためのキャンバスがありません。".to_owned()
        }
        PosterTrouble::TooLong => {
            "会話が長すぎて、1 枚の画像に収まりません。代わりにファイルに保存してください。".to_owned()
        }
        PosterTrouble::TooLarge => {
            "このブラウザーでは、その大きさの画像を作れませんでした。代わりに会話をファイルに保存してください。"
                .to_owned()
        }
        PosterTrouble::NotSaved(said) => format!("画像を保存できませんでした ({said})。"),
    }
}

fn unkept(why: &Unkept) -> &str {
    match why {
        Unkept::NoRoom => "空きがありません",
        Unkept::NothingKept => "このブラウザーはこのページのデータを保存しません",
        Unkept::Said(said) => said,
    }
}

fn size(picture: PictureSize) -> String {
    format!("{}×{}", picture.width, picture.height)
}
