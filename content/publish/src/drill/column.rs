//! The columns of a drill's table and what teachers call them.

/// A column of a drill's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Stable across edits; may be missing.
    Id,
    /// How the item is asked; may be missing.
    Kind,
    /// The question.
    Question,
    /// The choices.
    Choices,
    /// The accepted answers.
    Answer,
    /// What is shown after the answer.
    Explanation,
    /// The skill.
    Skill,
    /// The difficulty, 1 to 5.
    Level,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 8] = [
        Self::Id,
        Self::Kind,
        Self::Question,
        Self::Choices,
        Self::Answer,
        Self::Explanation,
        Self::Skill,
        Self::Level,
    ];

    /// Its name in a header, in English.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Kind => "kind",
            Self::Question => "question",
            Self::Choices => "choices",
            Self::Answer => "answer",
            Self::Explanation => "explanation",
            Self::Skill => "skill",
            Self::Level => "level",
        }
    }

    /// The column that a header cell names.
    pub(super) fn of(cell: &str) -> Option<Self> {
        let name = cell.trim().to_lowercase();
        Some(match name.as_str() {
            "id" | "番号" | "問題番号" | "ＩＤ" | "ｉｄ" | "no" | "no." => Self::Id,
            "kind" | "種類" | "形式" | "type" => Self::Kind,
            "question" | "問題" | "問題文" | "問い" | "設問" => Self::Question,
            "choices" | "選択肢" | "せんたくし" => Self::Choices,
            "answer" | "answers" | "答え" | "こたえ" | "正答" | "正解" | "解答" => {
                Self::Answer
            }
            "explanation" | "解説" | "説明" => Self::Explanation,
            "skill" | "スキル" | "観点" | "技能" => Self::Skill,
            "level" | "レベル" | "難易度" | "難しさ" => Self::Level,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_found_by_its_own_key() {
        for column in Column::ALL {
            assert_eq!(Column::of(column.key()), Some(column));
            assert_eq!(
                Column::of(&format!(" {} ", column.key().to_uppercase())),
                Some(column)
            );
        }
        assert_eq!(Column::of("答え"), Some(Column::Answer));
        assert_eq!(Column::of("番号"), Some(Column::Id));
        assert_eq!(Column::of("備考"), None);
    }
}
