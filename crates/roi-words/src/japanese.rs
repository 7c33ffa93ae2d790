//! The page in Japanese: 領域 is a region, 枠 a box, 画像 a picture, 場面 a scene. Numbers and Latin letters stand apart by a space.

mod news;
mod trouble;

use crate::{
    AnswerWords, BarWords, BoxWords, ChatWords, ComposerWords, ConversationWords, FieldWords,
    KeyWords, Language, MemoryThere, ModelWords, PageWords, PictureWords, PreflightWords, Progress,
    QuickWords, SceneWords, SelfTest, SettingWords, Suggestion, ViewWords, Words, format,
};

/// All texts.
pub(crate) const JAPANESE: Words = Words {
    language: Language::Japanese,
    page: PageWords {
        title: "roichat: 画像のどこについても質問できます",
        drop: "画像や会話のファイルはどこにでもドロップできます",
        side: "領域と設定",
        language: "言語 (Language)",
        dismiss: "閉じる",
        dismiss_message: "このメッセージを閉じる",
        new_version: "このページの新しいバージョンを利用できます。",
        reload: "再読み込み",
        later: "後で",
    },
    bar: BarWords {
        loading: "読み込み中",
        failed: "(失敗)",
        self_test,
        self_test_hint: "ほかにすることがないときに、エンジンの計算をプロセッサーでの同じ計算と比べます。",
        miscomputes,
        ready: "準備完了",
        answering: "回答中",
        progress,
        loading_model: "モデルの読み込み",
        expected: |speed| format!("約 {} トークン/秒の見込みです。", format::speed(speed)),
        picture_ahead: "画像はすでに読み取られています。",
        runs_on: "実行先: ",
        try_again: "再試行",
    },
    picture: PictureWords {
        picture: "画像",
        open: "画像を開く",
        change: "画像を変更",
        stays: "画像がこのコンピューターの外に送られることはありません。",
        how_to: "ドラッグするか、2 つの角をクリックすると、枠を描けます。枠やそのハンドルをドラッグすると、変更できます。Shift を押すと、枠の中にも描けます。",
        history: "枠の履歴",
        undo: "元に戻す",
        undo_key: "元に戻す (Ctrl+Z)",
        redo: "やり直す",
        redo_key: "やり直す (Ctrl+Shift+Z)",
        lead: "画像のどこについても質問できます",
        begin: "画像をここにドロップするか、貼り付けるか、次のどれかを選んで始めてください。",
        reading: "画像を読み取っています",
        surface: |n_boxes| match n_boxes {
            0 => "描画面。枠はまだありません。枠は一覧からも追加できます。".to_owned(),
            n => format!("描画面。枠は {n} 個です。疑問符でキーの一覧を表示します。"),
        },
    },
    scenes: SceneWords {
        samples: "見本の画像",
        snow: "雪の中のもの",
        penguins: "ペンギンと犬",
        new: "新しい場面",
        new_hint: "まだ誰も見たことのない場面を描きます",
        scene: |seed| format!("場面 {seed}"),
    },
    view: ViewWords {
        zoom: "拡大と縮小",
        nearer: "拡大",
        nearer_key: "拡大 (+)",
        back: "縮小",
        back_key: "縮小 (-)",
        scale: "画像のピクセルの大きさ",
        fit: "全体",
        fit_key: "画像全体を表示 (0)",
    },
    boxes: BoxWords {
        regions: "領域",
        first: "枠を描くと、質問できる領域になります。最初の領域は <region1> です。",
        add: "枠を追加",
        select: |number| format!("領域 {number} を選択"),
        remove: |number| format!("領域 {number} を削除"),
        remove_hint: "この枠を削除",
        coordinate: |number, name| format!("領域 {number} の {name}"),
        no_area: "この枠には、画像の内側に入る部分がありません。",
    },
    chat: ChatWords {
        conversation: "会話",
        new: "新しい会話",
        transcript: "質問と回答",
        invitation: "何かを枠で囲み、それが何か、何をしているのか、2 つの領域がどう関係するのかを質問してください。",
        tag_hint: "質問は英語で書きます。領域は <region1> のように入力するか、そのボタンをクリックして入れてください。",
        suggestions: "質問の例",
        suggestion,
        you_asked: "質問: ",
        thinking: "考えています",
        moved: |regions| {
            let regions: Vec<String> = regions.iter().map(u32::to_string).collect();
            format!("領域 {} はその後動かされました。", regions.join("、"))
        },
        copy: "コピー",
        copied: "コピーしました。",
        not_copied: "ブラウザーがコピーを許可しませんでした。",
        ask_again: "もう一度質問",
        ask_again_hint: "同じ質問を、シードを変えてもう一度します。温度が 0 のときは、シードを変えても回答は変わりません",
        edit: "編集",
        edit_hint: "この質問を下の入力欄で書き直します。送信するまで回答は残ります",
    },
    composer: ComposerWords {
        chips: "質問に領域を入れる",
        insert: |number| format!("質問に <region{number}> を入れる"),
        inserted: |number| format!("領域 {number} を質問に入れました"),
        question: "質問",
        placeholder: "<region1> について英語で質問 …",
        send: "送信",
        send_key: "送信 (Enter)",
        stop: "停止",
        editing: "直前の質問を書き直しています。",
        keep_as_it_is: "元のままにする",
        set_aside: "まだ回答のない質問",
        ask_set_aside: "質問",
        ask_all_set_aside: "すべて質問",
        drop_set_aside: |question| format!("「{question}」を質問しない"),
    },
    quick: QuickWords {
        of_region: |number| format!("領域 {number} について質問"),
        describe: "説明",
        why: "理由",
        compare: "比較…",
        others: "比較する相手",
        every_region: "全領域に質問",
        every_region_hint: "下の質問を、すべての領域について 1 回ずつします",
        waiting: |n_questions| format!("あと {n_questions} 件の質問が続きます。"),
    },
    conversations: ConversationWords {
        conversations: "会話の一覧",
        none: "保存された会話はまだありません。会話はこのコンピューターの中に残ります。",
        untitled: "質問はまだありません",
        n_questions: |n_questions| format!("質問 {n_questions} 件"),
        delete: |title| format!("会話「{title}」を削除"),
        n_deleted: |n_conversations| format!("会話を {n_conversations} 件削除しました。"),
        undo: "元に戻す",
        clear: "すべて削除",
        clear_hint: "すべての会話とその画像を、このブラウザーから削除します",
        save: "会話を保存",
        save_hint: "画像、枠、質問、回答を、また開けるファイルにします",
        save_picture: "画像として保存",
        save_picture_hint: "番号付きの枠と会話の内容を、1 枚の画像にします",
        open: "会話を開く",
    },
    answer: AnswerWords {
        details: "詳細",
        cut: "回答の長さの上限で終了",
        stopped: "途中で停止",
        tokens,
        tokens_per_second: |speed| format!("{speed:.1} トークン/秒"),
        picture: "画像",
        picture_encoded: |time| format!("{time} でエンコード"),
        regions: "領域",
        regions_encoded: |time, n_regions| format!("{time} で {n_regions} 個をエンコード"),
        known: "以前の結果を再利用",
        prompt: "プロンプト",
        prompt_read: |time, n_read, n_reused| {
            format!(
                "{time} で {} を読み取り、{n_reused} を再利用",
                tokens(n_read)
            )
        },
        answer: "回答",
        answered: |time, n_tokens| format!("{time} で {}", tokens(n_tokens)),
        speed: "速度",
        memory_speed: "メモリー",
        share_of_copy: |share| format!("コピー速度の {:.0} % で重みを読み取り", share * 100.0),
        speed_after_first: |speed| format!("2 つ目以降は {speed:.1} トークン/秒"),
        left_out: "省略",
        turns_left_out: |n_turns| match n_turns {
            1 => "最も古い質問と回答 (入りきらないため)".to_owned(),
            n => format!("最も古い質問と回答 {n} 組 (入りきらないため)"),
        },
        settings: "設定",
        temperature: |temperature| format!("温度 {temperature}"),
        seed: |seed| format!("シード {seed}"),
        at_most_tokens: |n_tokens| format!("最大 {}", tokens(n_tokens)),
        past_end: "終了記号の後も続行",
        comma: "、",
        model: "モデル",
        device: "デバイス",
        memory: "GPU メモリー",
        at_most: |size| format!("最大 {size}"),
    },
    settings: SettingWords {
        title: "回答の設定",
        temperature: FieldWords {
            label: "温度",
            hint: "0 にすると、常に最も確率の高い語を選びます",
        },
        top_k: FieldWords {
            label: "Top-k",
            hint: "上位のこの数の語から選びます。最大は 64 で、0 も 64 と同じです",
        },
        top_p: FieldWords {
            label: "Top-p",
            hint: "確率の合計がこの割合になる語から選びます。0 から 1 の値です",
        },
        longest: FieldWords {
            label: "回答の最大の長さ",
            hint: "単位はトークンです。1 トークンは英単語のおよそ 4 分の 3 です",
        },
        seed: FieldWords {
            label: "シード",
            hint: "同じシードでは同じ回答になります",
        },
        past_end: "終了記号の後も続ける",
    },
    models: ModelWords {
        models: "モデル",
        none: "このブラウザーに保存されたモデルはまだありません。",
        address: "アドレスからモデルを開く",
        open: "開く",
        in_use: "使用中",
        fetch_missing: "足りない部分を取得",
        check: "検査",
        check_hint: "保存されたデータをすべて読み直します。誤りのある部分は捨て、次にモデルを開くときに取得し直します",
        delete: "削除",
        folder: "フォルダーからモデルを開く",
        folder_hint: "このコンピューターにあるパッケージを開きます。manifest.json のあるフォルダーを選んでください",
        folder_files: "モデルのフォルダーのファイル",
        part: |kept, total| format!("{total} のうち {kept}"),
        last_opened: |size, day| format!("{size}、最後に開いた日: {day}"),
        checking: |read, total| format!("検査しています: {total} のうち {read} を読みました"),
        checked: |n_parts, n_dropped| match (n_parts, n_dropped) {
            (0, _) => "保存されたデータはありません。".to_owned(),
            (n, 0) => format!("{n} 個の部分はすべて正しく保存されています。"),
            (n, dropped) => format!(
                "{n} 個のうち {dropped} 個の部分に誤りがあったため、捨てました。モデルを開くと取得し直します。"
            ),
        },
    },
    preflight: PreflightWords {
        title: "このモデルに必要なもの",
        size: "大きさ",
        size_kept: |total, kept| format!("{total} (うち {kept} は保存済み)"),
        room: "保存場所の空き",
        room_free: |free, is_enough| match is_enough {
            true => free.to_owned(),
            false => format!("{free} (保存するには足りません)"),
        },
        stay: "保存期間",
        stays: |is_persistent| match is_persistent {
            true => "削除するまで",
            false => "ブラウザーの空きが足りなくなるまで",
        },
        adapter: "グラフィックスアダプター",
        memory: "グラフィックスメモリー",
        memory_parts: |weights, working, n_tokens| {
            format!("重みに {weights}、画像と {n_tokens} トークンに {working}")
        },
        memory_needed: |needed, parts, there| match there {
            MemoryThere::Enough => format!("{needed} が必要 ({parts})。足りています"),
            MemoryThere::Only(bytes) => {
                format!("{needed} が必要 ({parts})。使えるのは {bytes} だけです")
            }
            MemoryThere::Unknown => format!("{needed} が必要 ({parts})"),
        },
        buffer: "最大のバッファー",
        buffer_of: |largest, most| format!("{largest} (アダプターの上限は {most})"),
        speed: "速度",
        speed_about: |speed| format!("約 {speed} トークン/秒"),
    },
    keys: KeyWords {
        keys: "キー",
        show_key: "すべてのキーを表示 (?)",
        close: "閉じる",
        note: "枠のキーは、画像か領域の一覧にフォーカスがあるときに使えます。Del は、その周りのボタンにフォーカスがあるときにも使えます。元に戻す、やり直す、貼り付けは、文字を入力しているとき以外いつでも使えます。Mac では Ctrl の代わりに Command を押してください。",
        rows: [
            (&["ドラッグ"], "枠を描く、動かす、ハンドルで変形する"),
            (&["2 回クリック"], "角から角へ枠を描く"),
            (&["Shift + ドラッグ"], "別の枠の中に描く"),
            (&["もう一度クリック"], "下にある大きい枠を選択"),
            (
                &["Tab", "Shift + Tab"],
                "次の枠、前の枠を選択。すべて選び終えると画像から出る",
            ),
            (
                &["矢印"],
                "選択した枠を 1 ピクセル動かす。Shift を押すと 10 ピクセル",
            ),
            (
                &["Ctrl + 矢印"],
                "大きさを 1 ピクセル変える。Shift を押すと 10 ピクセル",
            ),
            (&["Del"], "削除"),
            (&["Ctrl + D"], "複製"),
            (
                &["Ctrl + C", "Ctrl + V"],
                "コピー、この画像または別の画像に貼り付け",
            ),
            (&["Ctrl + Z", "Ctrl + Shift + Z"], "元に戻す、やり直す"),
            (&["Esc"], "途中の操作をやめる、または選択を解除"),
            (&["1 – 9"], "その領域を質問に入れる"),
            (&["ホイール", "ピンチ", "+", "-"], "拡大、縮小"),
            (
                &["Space + ドラッグ", "Alt + ドラッグ", "2 本の指"],
                "表示する場所を動かす",
            ),
            (&["Shift + ホイール"], "表示する場所を横に動かす"),
            (&["矢印"], "枠を選択していないときに、表示する場所を動かす"),
            (&["0"], "画像全体を表示"),
            (&["Enter", "Shift + Enter"], "質問を送信、質問の中で改行"),
            (&["?"], "このキーの一覧を表示"),
        ],
    },
    news: news::sentence,
    trouble: trouble::sentence,
    notice: trouble::notice,
};

fn progress(progress: &Progress) -> String {
    match progress {
        Progress::Program { bytes, total } if bytes < total => format!(
            "エンジンを読み込んでいます: {} のうち {}",
            format::bytes(*total),
            format::bytes(*bytes)
        ),
        Progress::Starting | Progress::Program { .. } => "エンジンを起動しています".to_owned(),
        Progress::Waiting => {
            "別のタブがモデルを開いているか削除しているため、待っています".to_owned()
        }
        Progress::Found {
            id,
            total_bytes,
            kept_bytes,
        } => format!(
            "{id} を読み込んでいます: {} のうち {} は保存済み",
            format::bytes(*total_bytes),
            format::bytes(*kept_bytes)
        ),
        Progress::Fetching {
            bytes,
            arriving_bytes,
            total,
        } => format!(
            "モデルを読み込んでいます: {} のうち {}",
            format::bytes(*total),
            format::bytes(bytes + arriving_bytes)
        ),
        Progress::Compiling { done, total } => {
            format!("GPU の準備をしています: {total} 個のうち {done} 個")
        }
    }
}

/// How far the check of the browser's sums has come.
fn self_test(test: &SelfTest) -> Option<String> {
    match test {
        SelfTest::Pending => None,
        SelfTest::Underway { groups, of } => Some(format!("{of} 個のうち {groups} 個を検査済み")),
        SelfTest::Passed => Some("検査済み".to_owned()),
        SelfTest::Failed { .. } => Some("計算に誤りあり".to_owned()),
    }
}

fn miscomputes(difference: &str) -> String {
    format!(
        "このブラウザーは、このグラフィックスアダプターで正しく計算できません。そのため、回答が誤っている可能性があります。\
         ブラウザーとグラフィックスドライバーを更新するか、別のブラウザーを使ってください。見つかった違い: {difference}"
    )
}

/// What stands on the button; what it asks stays English.
fn suggestion(suggestion: Suggestion) -> &'static str {
    match suggestion {
        Suggestion::ColourOfFirst => "<region1> は何色ですか？",
        Suggestion::DescribeFirst => "<region1> を説明してください。",
        Suggestion::WhatIsFirst => "<region1> は何ですか？",
        Suggestion::WhereIsFirst => "<region1> はどこにありますか？",
        Suggestion::DescribeSecond => "<region2> を説明してください。",
        Suggestion::WhereIsFirstFromSecond => "<region2> から見て <region1> はどこにありますか？",
        Suggestion::IsFirstBigger => "<region1> は <region2> より大きいですか？",
    }
}

fn tokens(n_tokens: usize) -> String {
    format!("{n_tokens} トークン")
}

#[cfg(test)]
mod tests {
    use roi_protocol::FailureKind;

    use super::JAPANESE;
    use crate::{EngineSaid, Trouble};

    #[test]
    fn a_failure_of_a_known_kind_is_told_in_japanese_with_the_engines_own_words() {
        let own_words = "The engine's words.";
        let told = |kind| {
            let sentence = own_words.to_owned();
            (JAPANESE.trouble)(&Trouble::Engine(EngineSaid { sentence, kind }))
        };
        let unknown = told(FailureKind::Other);
        for (kind, word) in [
            (FailureKind::NoWebGpu, "WebGPU"),
            (FailureKind::OutOfMemory, "メモリ"),
            (FailureKind::HostFailed, "サーバー"),
            (FailureKind::TooLong, "質問"),
            (FailureKind::PackageBusy, "別のタブ"),
        ] {
            let told = told(kind);
            assert!(told.contains(word) && !unknown.contains(word), "{told}");
            assert!(told.contains(own_words), "{told}");
        }
    }
}
