//! Charts: of an area's scores, of areas beside each other, of levels over the years.
//!
//! Every mark has its number or its words, so that nothing depends on colour or on seeing it: a chart is a drawing, a
//! description for somebody who does not see it, and a table of the same figures.

use super::document::{Block, Inline, plain_text};
use super::drawing::{Anchor, BLUE, Colour, DEEP, Drawing, GREY, INK, WHITE, fitting};
use super::template::escape_markdown;

/// A chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The name by which a template places it: a paragraph `Chart: scores`.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The same for somebody who does not see it.
    pub description: String,
    /// The drawing.
    pub drawing: Drawing,
    /// The heads of its table.
    pub header: Vec<String>,
    /// The rows of its table.
    pub rows: Vec<Vec<String>>,
    /// Whether the report shows the same as a table of its own beside it, so that this need not be repeated.
    pub has_table: bool,
}

/// What every chart says.
#[derive(Clone, Debug)]
pub struct Said {
    /// The name by which a template places it.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The same for somebody who does not see it.
    pub description: String,
}

/// The scale on which levels are drawn.
#[derive(Clone, Debug)]
pub struct Scale {
    /// The lowest level.
    pub lowest: u8,
    /// The highest level.
    pub highest: u8,
    /// The level that meets the target, and what that is called.
    pub target: (u8, String),
}

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What is scored.
    pub label: String,
    /// The level; nothing where there is none.
    pub level: Option<u8>,
    /// What it means, or why there is none.
    pub meaning: String,
    /// The level of the period before.
    pub before: Option<u8>,
    /// What stands beside it.
    pub words: String,
}

/// The levels that areas were given in one benchmark.
#[derive(Clone, Debug)]
pub struct Strip {
    /// What is scored.
    pub label: String,
    /// How many areas have each level, lowest first.
    pub counts: Vec<usize>,
    /// The median in half levels; nothing where it is not shown.
    pub median: Option<u32>,
    /// The figures in words.
    pub figures: String,
}

/// One benchmark over the years.
#[derive(Clone, Debug)]
pub struct Course {
    /// What is scored.
    pub label: String,
    /// Its place on the scale in each period and what stands beside it; nothing where there is none.
    pub points: Vec<Option<(u8, String)>>,
}

impl Chart {
    fn new(said: Said, drawing: Drawing, header: Vec<String>, rows: Vec<Vec<String>>) -> Self {
        let Said { name, title, description } = said;
        Self { name, title, description, drawing, header, rows, has_table: false }
    }

    /// The chart as a table.
    pub fn as_table(&self) -> Block {
        let text = |text: &String| vec![Inline::Text(text.clone())];
        Block::Table {
            caption: Some(text(&self.title)),
            header: self.header.iter().map(text).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(text).collect()).collect(),
        }
    }

    /// The chart as a table in Markdown.
    pub fn as_markdown(&self) -> String {
        let Block::Table { caption, header, rows } = self.as_table() else { return String::new() };
        let line = |cells: &[Vec<Inline>]| -> String {
            let cells: Vec<String> = cells.iter().map(|cell| escape_markdown(&plain_text(cell))).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let title = escape_markdown(&caption.as_deref().map(plain_text).unwrap_or_default());
        let rows: String = rows.iter().map(|row| line(row)).collect();
        format!("Table: {title}\n\n{}|{}\n{rows}", line(&header), "---|".repeat(header.len()))
    }

    /// The chart as a drawing in SVG.
    pub fn as_svg(&self) -> String {
        self.drawing.as_svg(&format!("chart-{}", self.name), &self.title, &self.description)
    }

    /// The chart as a drawing for Word.
    pub fn as_emf(&self) -> Vec<u8> {
        self.drawing.as_emf(&self.title)
    }
}

/// How much room the names of rows have.
const LABEL: i32 = 320;
/// The width of one level.
const UNIT: i32 = 62;

fn row(at: usize, high: i32) -> i32 {
    i32::try_from(at).unwrap_or_default() * high
}

fn label(drawing: &mut Drawing, base: i32, text: &str) {
    drawing.text([LABEL - 12, base], Anchor::End, fitting(text, 15, LABEL - 16));
}

/// The line that has to be reached, with its name above.
fn target_line(drawing: &mut Drawing, x: i32, top: i32, target: &(u8, String)) {
    let height = drawing.height;
    drawing.line([x, top - 6, x, height - 8], DEEP, 2, true);
    drawing.text_of([x, top - 14], 15, Anchor::Middle, false, DEEP, format!("{} ({})", target.1, target.0));
}

/// Bars of levels against the level that meets the target, last period's beside them. `heads` are the words over the
/// columns of the table: of the bar's name, this period, the period before.
pub fn bar_chart(said: Said, heads: [String; 3], bars: &[Bar], scale: &Scale) -> Chart {
    const HIGH: i32 = 34;
    const TOP: i32 = 44;
    const WORDS: i32 = 330;
    let right = LABEL + UNIT * i32::from(scale.highest);
    let mut drawing = Drawing::new(right + WORDS, TOP + row(bars.len(), HIGH) + 16);
    target_line(&mut drawing, LABEL + UNIT * i32::from(scale.target.0), TOP, &scale.target);
    for (at, bar) in bars.iter().enumerate() {
        let y = TOP + row(at, HIGH);
        label(&mut drawing, y + 19, &bar.label);
        let length = UNIT * i32::from(bar.level.unwrap_or(0));
        // Below the line a bar is open, at and above it full.
        let below = bar.level.is_none_or(|level| level < scale.target.0);
        if length > 0 {
            drawing.rectangle([LABEL, y + 5, length, 18], if below { WHITE } else { BLUE }, BLUE);
        }
        if let Some(before) = bar.before {
            drawing.marker([LABEL + UNIT * i32::from(before), y + 5]);
        }
        // The words stand right of all bars, so that none lies on the line.
        drawing.text([right + 14, y + 19], Anchor::Start, fitting(&bar.words, 15, WORDS - 20));
    }
    let has_before = bars.iter().any(|bar| bar.before.is_some());
    if has_before {
        // Away from the words beside the bars, which are this year's.
        drawing.marker([LABEL - 190, TOP - 14]);
        drawing.text([LABEL - 174, TOP - 14], Anchor::Start, fitting(&heads[2], 15, 170));
    }
    let squares = |level: u8| -> String {
        (1..=scale.highest).map(|at| if at <= level { '■' } else { '□' }).collect()
    };
    let rows = bars
        .iter()
        .map(|bar| {
            let level = bar.level.map(|level| format!(" {level},")).unwrap_or_default();
            let drawn = squares(bar.level.unwrap_or(0));
            let mut row = vec![bar.label.clone(), format!("{drawn}{level} {}", bar.meaning)];
            if has_before {
                row.push(bar.before.map(|level| level.to_string()).unwrap_or_default());
            }
            row
        })
        .collect();
    let columns = if has_before { 3 } else { 2 };
    Chart::new(said, drawing, heads.into_iter().take(columns).collect(), rows)
}

/// The ground of a level and the colour of its number: the higher, the darker; below the target white with a frame.
fn shade(level: u8, scale: &Scale) -> (Colour, Colour) {
    const ABOVE: [Colour; 4] =
        [[0xd3, 0xdd, 0xec], [0x8f, 0xa9, 0xcf], [0x3f, 0x5f, 0x8f], [0x1f, 0x2a, 0x44]];
    if level < scale.target.0 {
        return (WHITE, INK);
    }
    let at = usize::from(level - scale.target.0).min(ABOVE.len() - 1);
    (ABOVE[at], if at < 2 { INK } else { WHITE })
}

/// Areas by benchmark: a cell for each with its level. `head` is the word over the areas, `columns` are the names of
/// the benchmarks for the table, of which the drawing shows the numbers.
pub fn heat_chart(
    said: Said,
    head: &str,
    columns: &[(u16, String)],
    rows: &[(String, Vec<Option<u8>>)],
    legend: &[(u8, String)],
    scale: &Scale,
) -> Chart {
    const HIGH: i32 = 34;
    const TOP: i32 = 34;
    const CELL: i32 = 54;
    let bottom = TOP + row(rows.len(), HIGH);
    let mut drawing = Drawing::new(LABEL + row(columns.len(), CELL) + 20, bottom + 44);
    for (at, (number, _)) in columns.iter().enumerate() {
        let x = LABEL + row(at, CELL) + CELL / 2;
        drawing.text_of([x, TOP - 12], 15, Anchor::Middle, true, INK, number.to_string());
    }
    for (at, (name, levels)) in rows.iter().enumerate() {
        let y = TOP + row(at, HIGH);
        label(&mut drawing, y + 22, name);
        for (column, level) in levels.iter().enumerate() {
            let x = LABEL + row(column, CELL);
            match level {
                Some(level) => {
                    let (ground, ink) = shade(*level, scale);
                    let line = if *level < scale.target.0 { DEEP } else { WHITE };
                    drawing.rectangle([x + 2, y + 2, CELL - 4, HIGH - 4], ground, line);
                    let bold = *level < scale.target.0;
                    drawing.text_of([x + CELL / 2, y + 22], 15, Anchor::Middle, bold, ink, level.to_string());
                }
                None => drawing.text([x + CELL / 2, y + 22], Anchor::Middle, "–"),
            }
        }
    }
    let mut x = 16;
    for (level, words) in legend {
        let (ground, _) = shade(*level, scale);
        drawing.rectangle([x, bottom + 16, 18, 18], ground, DEEP);
        drawing.text([x + 26, bottom + 30], Anchor::Start, words.clone());
        x += 60 + super::drawing::text_width(words, false) * 15 / 1000;
    }
    let header = std::iter::once(head.to_owned())
        .chain(columns.iter().map(|(number, title)| format!("{number}. {title}")))
        .collect();
    let text = |level: &Option<u8>| level.map_or_else(|| "–".to_owned(), |level| level.to_string());
    let table = rows
        .iter()
        .map(|(name, levels)| std::iter::once(name.clone()).chain(levels.iter().map(text)).collect())
        .collect();
    Chart { has_table: true, ..Chart::new(said, drawing, header, table) }
}

/// How the levels of all areas are spread, a strip a benchmark. `heads` are the words over the columns of the table:
/// of the strip's name, and of the figures; between them stand the levels.
pub fn strip_chart(said: Said, heads: [String; 2], strips: &[Strip], scale: &Scale) -> Chart {
    const HIGH: i32 = 40;
    const TOP: i32 = 60;
    const CELL: i32 = 84;
    let levels: Vec<u8> = (scale.lowest..=scale.highest).collect();
    let right = LABEL + row(levels.len(), CELL);
    let mut drawing = Drawing::new(right + 250, TOP + row(strips.len(), HIGH) + 10);
    for (at, level) in levels.iter().enumerate() {
        let x = LABEL + row(at, CELL) + CELL / 2;
        drawing.text_of([x, TOP - 10], 15, Anchor::Middle, true, INK, level.to_string());
    }
    let line = LABEL + row(usize::from(scale.target.0 - scale.lowest), CELL);
    let height = drawing.height;
    drawing.line([line, TOP - 26, line, height - 6], DEEP, 2, true);
    drawing.text_of(
        [line + 6, TOP - 36],
        15,
        Anchor::Start,
        false,
        DEEP,
        format!("{} ({})", scale.target.1, scale.target.0),
    );
    for (at, strip) in strips.iter().enumerate() {
        let y = TOP + row(at, HIGH);
        label(&mut drawing, y + 24, &strip.label);
        let most = i32::try_from(strip.counts.iter().max().copied().unwrap_or(1).max(1)).unwrap_or(i32::MAX);
        for (column, count) in strip.counts.iter().enumerate() {
            let x = LABEL + row(column, CELL);
            drawing.line([x + 4, y + 30, x + CELL - 4, y + 30], GREY, 1, false);
            let count = i32::try_from(*count).unwrap_or(i32::MAX);
            if count > 0 {
                let below = levels.get(column).is_some_and(|level| *level < scale.target.0);
                let width = ((CELL - 44) * count / most).max(3);
                drawing.rectangle([x + 6, y + 12, width, 16], if below { WHITE } else { BLUE }, BLUE);
                drawing.text([x + 12 + width, y + 25], Anchor::Start, count.to_string());
            }
        }
        if let Some(median) = strip.median.and_then(|median| i32::try_from(median).ok()) {
            let from = 2 * i32::from(scale.lowest);
            drawing.marker([LABEL + (median - from) * CELL / 2 + CELL / 2, y + 12]);
        }
        drawing.text([right + 12, y + 24], Anchor::Start, fitting(&strip.figures, 15, 236));
    }
    let [first, last] = heads;
    let header = std::iter::once(first)
        .chain(levels.iter().map(ToString::to_string))
        .chain(std::iter::once(last))
        .collect();
    let rows = strips
        .iter()
        .map(|strip| {
            let counts = strip.counts.iter().map(ToString::to_string);
            std::iter::once(strip.label.clone())
                .chain(counts)
                .chain(std::iter::once(strip.figures.clone()))
                .collect()
        })
        .collect();
    Chart::new(said, drawing, header, rows)
}

/// Levels over the years, a course a benchmark. `head` is the word over the names.
pub fn years_chart(said: Said, head: &str, periods: &[String], courses: &[Course], scale: &Scale) -> Chart {
    const HIGH: i32 = 64;
    const TOP: i32 = 40;
    let step = (560 / i32::try_from(periods.len().max(1)).unwrap_or(1)).clamp(64, 120);
    let mut drawing =
        Drawing::new(LABEL + row(periods.len(), step) + 150, TOP + row(courses.len(), HIGH) + 6);
    let x_of = |at: usize| LABEL + 40 + row(at, step);
    for (at, period) in periods.iter().enumerate() {
        drawing.text_of([x_of(at), TOP - 16], 15, Anchor::Middle, true, INK, period.clone());
    }
    let end = x_of(periods.len().saturating_sub(1)) + 40;
    for (at, course) in courses.iter().enumerate() {
        let top = TOP + row(at, HIGH);
        let span = i32::from(scale.highest - scale.lowest).max(1);
        let y_of =
            |level: u8| top + HIGH - 12 - i32::from(level.saturating_sub(scale.lowest)) * (HIGH - 26) / span;
        drawing.text([LABEL - 12, top + HIGH / 2 + 5], Anchor::End, fitting(&course.label, 15, LABEL - 16));
        let line = y_of(scale.target.0);
        drawing.line([LABEL + 10, line, end, line], GREY, 1, true);
        if at == 0 {
            drawing.text_of(
                [end + 6, line + 5],
                13,
                Anchor::Start,
                false,
                DEEP,
                fitting(&scale.target.1, 13, 100),
            );
        }
        let mut before: Option<(usize, i32)> = None;
        for (period, point) in course.points.iter().enumerate() {
            let Some((level, _)) = point else { continue };
            let y = y_of(*level);
            if let Some((from, height)) = before {
                // A year without an assessment is bridged by a broken line.
                drawing.line([x_of(from), height, x_of(period), y], BLUE, 2, period > from + 1);
            }
            before = Some((period, y));
        }
        for (period, point) in course.points.iter().enumerate() {
            let Some((level, words)) = point else { continue };
            let (x, y) = (x_of(period), y_of(*level));
            let ground = if *level < scale.target.0 { WHITE } else { BLUE };
            drawing.rectangle([x - 5, y - 5, 10, 10], ground, BLUE);
            drawing.text_of([x + 10, y - 6], 14, Anchor::Start, true, INK, words.clone());
        }
    }
    let header = std::iter::once(head.to_owned()).chain(periods.iter().cloned()).collect();
    let rows = courses
        .iter()
        .map(|course| {
            let cells = course
                .points
                .iter()
                .map(|point| point.as_ref().map_or_else(|| "–".to_owned(), |(_, words)| words.clone()));
            std::iter::once(course.label.clone()).chain(cells).collect()
        })
        .collect();
    Chart { has_table: true, ..Chart::new(said, drawing, header, rows) }
}
