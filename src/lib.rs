//! Self-assessment against the Prevent duty benchmarks, or any framework of levels and criteria.
//!
//! The modules stand in the order in which data passes through them, and imports run only towards
//! the top of this list:
//!
//! 1. [`source`]: texts, and places in them ([`parallel`] stands beside it: work on all cores);
//! 2. [`diag`]: everything there is to say about an input that is not right;
//! 3. [`yaml`]: the one parse, text to a tree in which every value knows its place;
//! 4. [`schema`]: the shape of a file, out to editors and in to located diagnostics;
//! 5. [`rubric`]: what is scored, word for word, and the level rule as data;
//! 6. [`assessment`]: evidence, judgements and actions of one area in one period;
//! 7. [`text`]: sentences, clauses and words, each with its place;
//! 8. [`document`]: papers, minutes, logs and mails to passages, each with its place;
//! 9. [`matching`]: statements to findings, taught by the rubric's own examples;
//! 10. [`scoring`]: findings to a proposed level, its reason, its gaps and its doubt;
//! 11. [`eval`]: how right the matcher is, on labelled sets;
//! 12. [`plan`]: gaps to what is to be done, and the smallest sets of criteria that reach a level;
//! 13. [`publication`]: what of all that the public may see;
//! 14. [`cohort`]: many assessments, each reduced to what comparing needs;
//! 15. [`compare`]: areas beside each other in one period;
//! 16. [`moderate`]: raters beside each other;
//! 17. [`history`]: the periods of an area beside each other;
//! 18. [`report`]: what a person reads;
//! 19. [`store`]: the only file-system code;
//! 20. [`app`]: requests to outcomes, the only place where the stages are chained;
//! 21. [`cli`]: the command line.
//!
//! A proposal is never a decision. A named person decides, and the judgement is kept beside the
//! proposal with its reason.

pub mod parallel;

pub mod source;

pub mod diag;

pub mod yaml;

pub mod schema;

pub mod rubric;

pub mod assessment;

pub mod text;

pub mod document;

pub mod matching;

pub mod scoring;

pub mod eval;

pub mod plan;

pub mod publication;

pub mod cohort;

pub mod compare;

pub mod moderate;

pub mod history;

pub mod report;

pub mod store;

pub mod app;

pub mod cli;
