//! The closed list of codes. One line a code: its name, its severity, and what it means.

use super::Severity;

macro_rules! codes {
    ($($variant:ident, $name:literal, $severity:ident, $meaning:literal;)*) => {
        /// Which kind of problem a diagnostic reports. The name is stable: scripts may rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every code, in the order in which the documentation lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, kebab-case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity a diagnostic of this code has.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What the code means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    // Reading a file.
    FileNotFound, "file-not-found", Error, "There is no file or folder of that name.";
    NotAFile, "not-a-file", Error, "A file was expected and the path is something else, such as a folder.";
    FileUnreadable, "file-unreadable", Error, "The system refused to read or write the file.";
    FileTooLarge, "file-too-large", Error, "The file is larger than any rubric or assessment can be.";
    NotText, "not-text", Error, "The file is not UTF-8 or UTF-16 text.";
    NothingToCheck, "nothing-to-check", Error, "No rubric, assessment or template was found at the path.";
    // Reading a document.
    DocumentKind, "document-kind", Error, "Files of this kind are not read as documents.";
    DocumentProtected, "document-protected", Error, "The document is protected by a password, or of a format before 2007.";
    DocumentDamaged, "document-damaged", Error, "The document is damaged or is not what its name says.";
    DocumentTooLarge, "document-too-large", Error, "The document is larger than any paper, or reading it did not end.";
    DocumentScanned, "document-scanned", Error, "The document holds pictures of pages and no text.";
    PageUnread, "page-unread", Warning, "A page of the document could not be read.";
    DocumentChanged, "document-changed", Warning, "A document is not the one that was gathered before.";
    // Changing a file.
    FileChanged, "file-changed", Error, "Another program changed the file while it was being worked on.";
    NotEditable, "not-editable", Error, "The file is written in a way in which nothing can be added to it in place.";
    // YAML.
    YamlSyntax, "yaml-syntax", Error, "The file is not well-formed YAML.";
    YamlEmpty, "yaml-empty", Error, "The file holds no YAML document.";
    YamlSeveralDocuments, "yaml-several-documents", Error, "The file holds more than one YAML document.";
    YamlTooDeep, "yaml-too-deep", Error, "Values are nested deeper than any rubric or assessment needs.";
    YamlAliasBomb, "yaml-alias-bomb", Error, "Aliases expand to far more values than the file holds.";
    YamlTag, "yaml-tag", Error, "A value carries a YAML tag, and tags are not used here.";
    ControlCharacter, "control-character", Error, "A text holds a character that steers a terminal or turns the direction of writing.";
    DuplicateKey, "duplicate-key", Error, "The same key stands twice in one mapping.";
    UnquotedWord, "unquoted-word", Error, "A word such as No or On stands without quotes, and programs disagree on what it means.";
    UnquotedNumber, "unquoted-number", Error, "Text that looks like a number, a truth value or nothing stands without quotes.";
    // The shape of the file.
    UnknownSchema, "unknown-schema", Error, "The `schema` key is missing or names no format that this version reads.";
    UnknownKey, "unknown-key", Error, "The format has no such key.";
    MissingKey, "missing-key", Error, "A key that the format requires is missing.";
    WrongType, "wrong-type", Error, "The value is of the wrong type.";
    WrongValue, "wrong-value", Error, "The value is not one of those allowed.";
    OutOfRange, "out-of-range", Error, "The number or the length is outside the range allowed.";
    WrongForm, "wrong-form", Error, "The text does not have the form required.";
    // Rubrics.
    DuplicateId, "duplicate-id", Error, "Two things have the same id or number.";
    Misquoted, "misquoted", Error, "A criterion's text is not an exact quotation from its descriptor.";
    Uncovered, "uncovered", Warning, "No criterion covers a part of the descriptor.";
    CriterionId, "criterion-id", Error, "A criterion's id does not begin with its benchmark and level.";
    LimitForm, "limit-form", Error, "A limit must say what form it has, and only a limit may.";
    MissingGuidance, "missing-guidance", Error, "A requirement lacks its `ask` or its `action`.";
    BadSupersedes, "bad-supersedes", Error, "A criterion supersedes one that is not of a lower level in the same strand.";
    BadSameAs, "bad-same-as", Error, "A criterion repeats another whose text differs or that is itself a repetition.";
    LevelsIncomplete, "levels-incomplete", Error, "A level of the scale is missing from a benchmark, a band or the level rule, or stands twice.";
    UnknownPlaceholder, "unknown-placeholder", Error, "A sentence has a placeholder that its outcome does not fill.";
    RubricFolder, "rubric-folder", Warning, "A rubric folder is not called by the id of the rubric in it, so assessments cannot name it.";
    NoRubricFile, "no-rubric-file", Error, "A rubric folder lacks its rubric.yaml or has no benchmark file.";
    UnknownTheme, "unknown-theme", Error, "A theme is named that the rubric does not define.";
    OrphanedLabel, "orphaned-label", Warning, "A labelled statement names a criterion that the rubric does not have.";
    // Assessments.
    UnknownRubric, "unknown-rubric", Error, "The rubric is neither built in nor in the workspace.";
    RubricChanged, "rubric-changed", Warning, "The rubric is not the one with which the assessment was made.";
    KeptRubric, "kept-rubric", Warning, "A rubric that was kept is not what its name says, so it is not used.";
    UnknownBenchmark, "unknown-benchmark", Error, "The rubric has no benchmark of that number.";
    UnknownCriterion, "unknown-criterion", Error, "The rubric has no criterion of that id.";
    UnknownSubArea, "unknown-sub-area", Error, "The area lists no sub-area of that id.";
    ImpossibleDate, "impossible-date", Error, "The date does not exist or is not written as year-month-day.";
    ImpossiblePeriod, "impossible-period", Error, "The period is not a year such as 2021 or a financial year such as 2021/22.";
    MarkingTooHigh, "marking-too-high", Error, "The marking is above OFFICIAL-SENSITIVE; such material must not be kept here.";
    EmptyText, "empty-text", Error, "A text that is needed is empty.";
    WordsNotInText, "words-not-in-text", Error, "The quoted words do not stand in the statement.";
    PersonalData, "personal-data", Warning, "A text holds what looks like a person's name, address, number or age.";
    SmallCount, "small-count", Warning, "A count of people is below five, by which somebody may be known.";
    LongSentence, "long-sentence", Warning, "A sentence that an assessor wrote is too long to read easily.";
    UnexplainedAcronym, "unexplained-acronym", Warning, "An acronym is explained neither in the file nor in the rubric.";
    DraftingNote, "drafting-note", Warning, "A text holds what looks like a note to come back to.";
    DuplicateFinding, "duplicate-finding", Error, "A statement has two findings for one criterion.";
    DuplicateJudgement, "duplicate-judgement", Error, "One assessor has judged the same benchmark twice.";
    JudgementWithoutReason, "judgement-without-reason", Error, "A judgement differs from what is proposed and gives no reason.";
    LimitInPlace, "limit-in-place", Warning, "A statement that says something is missing is recorded as in place under a limit.";
    UnknownGround, "unknown-ground", Error, "The rubric has no ground of that id for withholding something.";
    DroppedWithoutReason, "dropped-without-reason", Error, "An action was dropped and no reason is given.";
    Conflict, "conflict", Warning, "Two statements contradict each other about one criterion.";
    Unconfirmed, "unconfirmed", Note, "The matcher has read a statement and no person has confirmed what it found.";
    DoubtfulStatus, "doubtful-status", Warning, "A statement was read as in place and may speak of a plan, a lapse or a lack.";
    NotJudged, "not-judged", Warning, "The matcher cannot judge a statement, so it does not count.";
    // Many assessments.
    DuplicateAssessment, "duplicate-assessment", Error, "An area has two assessments of one period.";
    OtherRubric, "other-rubric", Error, "An assessment is by another rubric than most of those that are compared.";
    PeriodMissing, "period-missing", Warning, "An area has no assessment of the period that is compared.";
    PreviousNotEarlier, "previous-not-earlier", Error, "An assessment names one as the period before that is not earlier.";
    UnknownVignette, "unknown-vignette", Error, "A score is of a vignette that the set does not have.";
    // Templates and reports.
    PreviousUnusable, "previous-unusable", Warning, "The assessment of the period before cannot be used, so the result goes without it.";
    NotPlaced, "not-placed", Error, "A row of a workbook that came back cannot be placed.";
    PublicationUnsure, "publication-unsure", Error, "It cannot be told whether a text may be published.";
    NoGround, "no-ground", Error, "Something is to be withheld from the public and no ground is recorded.";
    TemplateSyntax, "template-syntax", Error, "A report template cannot be read or rendered.";
    LanguageIncomplete, "language-incomplete", Error, "The reports of a language lack a file.";
    UnknownTemplate, "unknown-template", Warning, "A template has a name that no report uses.";
    // Calls.
    BadRequest, "bad-request", Error, "The call asks for something that does not exist.";
    // Ours.
    Internal, "internal", Error, "A fault of this program.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for name in names {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{name}");
        }
    }
}
