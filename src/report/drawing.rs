//! Drawings: a few shapes, and the same drawing as SVG (for pages and PDF) and as EMF (for Word).
//!
//! EMF is the vector format that every version of Word shows (Microsoft, `[MS-EMF]`). Both are made from the same
//! shapes, so that a chart looks the same in every format, and both are the same bytes each time.

use std::fmt::Write as _;

use super::package::escape_xml;

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// Text and lines.
pub const INK: Colour = [0x1a, 0x1a, 0x1a];
/// The line at which the duty is met, and what is drawn with it.
pub const DEEP: Colour = [0x1f, 0x2a, 0x44];
/// Bars and steps.
pub const BLUE: Colour = [0x3f, 0x5f, 0x8f];
/// What lies behind.
pub const GREY: Colour = [0xc4, 0xc8, 0xce];
/// The ground.
pub const WHITE: Colour = [0xff, 0xff, 0xff];

/// A drawing of a size, in units of which about ninety-six make an inch.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// How wide it is.
    pub width: i32,
    /// How high it is.
    pub height: i32,
    /// Its shapes; a later one lies above an earlier.
    pub shapes: Vec<Shape>,
}

/// On which side of its place a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A shape.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A rectangle: left, top, width, height.
    Rectangle {
        /// Left, top, width and height.
        at: [i32; 4],
        /// Its ground.
        fill: Colour,
        /// Its line.
        line: Colour,
    },
    /// A straight line from one point to another.
    Line {
        /// From x, y to x, y.
        at: [i32; 4],
        /// Its colour.
        colour: Colour,
        /// How thick it is.
        width: i32,
        /// Whether it is broken.
        dashed: bool,
    },
    /// A closed figure.
    Polygon {
        /// Its corners.
        points: Vec<[i32; 2]>,
        /// Its ground.
        fill: Colour,
    },
    /// A text, on one line.
    Text {
        /// The place of its base line.
        at: [i32; 2],
        /// Its height.
        size: i32,
        /// On which side of the place it stands.
        anchor: Anchor,
        /// Whether it is bold.
        bold: bool,
        /// Its colour.
        colour: Colour,
        /// What it says.
        text: String,
    },
}

impl Drawing {
    /// An empty drawing.
    pub fn new(width: i32, height: i32) -> Self {
        Self { width, height, shapes: Vec::new() }
    }

    /// Adds a text of ordinary size.
    pub fn text(&mut self, at: [i32; 2], anchor: Anchor, text: impl Into<String>) {
        self.text_of(at, 15, anchor, false, INK, text);
    }

    /// Adds a text.
    pub fn text_of(
        &mut self,
        at: [i32; 2],
        size: i32,
        anchor: Anchor,
        bold: bool,
        colour: Colour,
        text: impl Into<String>,
    ) {
        self.shapes.push(Shape::Text { at, size, anchor, bold, colour, text: text.into() });
    }

    /// Adds a rectangle.
    pub fn rectangle(&mut self, at: [i32; 4], fill: Colour, line: Colour) {
        self.shapes.push(Shape::Rectangle { at, fill, line });
    }

    /// Adds a line.
    pub fn line(&mut self, at: [i32; 4], colour: Colour, width: i32, dashed: bool) {
        self.shapes.push(Shape::Line { at, colour, width, dashed });
    }

    /// Adds a triangle that points down at a place.
    pub fn marker(&mut self, [x, y]: [i32; 2]) {
        self.shapes.push(Shape::Polygon { points: vec![[x, y], [x + 7, y - 9], [x - 7, y - 9]], fill: INK });
    }

    /// As SVG 1.1, with a title and a description; `name` keeps their ids apart from those of other drawings.
    pub fn as_svg(&self, name: &str, title: &str, description: &str) -> String {
        let mut out = format!(
            "<svg role=\"img\" aria-labelledby=\"{name}-title {name}-description\" viewBox=\"0 0 {} {}\" style=\"background:#fff\" xmlns=\"http://www.w3.org/2000/svg\" font-family=\"Arial, Liberation Sans, Helvetica, sans-serif\">\n<title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-description\">{}</desc>\n",
            self.width,
            self.height,
            escape_xml(title),
            escape_xml(description)
        );
        for shape in &self.shapes {
            let _ = match shape {
                Shape::Rectangle { at: [x, y, width, height], fill, line } => writeln!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"/>",
                    hex(*fill),
                    hex(*line)
                ),
                Shape::Line { at: [x1, y1, x2, y2], colour, width, dashed } => writeln!(
                    out,
                    "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"{}\" stroke-width=\"{width}\"{}/>",
                    hex(*colour),
                    if *dashed { " stroke-dasharray=\"6 4\"" } else { "" }
                ),
                Shape::Polygon { points, fill } => {
                    let points: Vec<String> = points.iter().map(|[x, y]| format!("{x},{y}")).collect();
                    writeln!(out, "<polygon points=\"{}\" fill=\"{}\"/>", points.join(" "), hex(*fill))
                }
                Shape::Text { at: [x, y], size, anchor, bold, colour, text } => writeln!(
                    out,
                    "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{}{} fill=\"{}\">{}</text>",
                    match anchor {
                        Anchor::Start => "",
                        Anchor::Middle => " text-anchor=\"middle\"",
                        Anchor::End => " text-anchor=\"end\"",
                    },
                    if *bold { " font-weight=\"bold\"" } else { "" },
                    hex(*colour),
                    escape_xml(text)
                ),
            };
        }
        out + "</svg>\n"
    }

    /// As an enhanced metafile.
    pub fn as_emf(&self, description: &str) -> Vec<u8> {
        let mut file = Metafile { bytes: Vec::new(), records: 1, handles: 1 };
        for shape in &self.shapes {
            file.shape(shape);
        }
        file.finish(self.width, self.height, description)
    }
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// How wide a text in Arial is, in thousandths of its size.
pub fn text_width(text: &str, bold: bool) -> i32 {
    let plain: i32 = text.chars().map(letter_width).sum();
    if bold { plain * 107 / 100 } else { plain }
}

/// The widths of the letters from the space to the tilde in Arial and the fonts made to its measure, in thousandths.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

fn letter_width(letter: char) -> i32 {
    let at = (letter as usize).checked_sub(32);
    i32::from(at.and_then(|at| WIDTHS.get(at)).copied().unwrap_or(556))
}

/// Text as long as fits into a width, the rest left out with dots.
pub fn fitting(text: &str, size: i32, width: i32) -> String {
    if text_width(text, false) * size / 1000 <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for letter in text.chars() {
        if (text_width(&out, false) + letter_width(letter) + 1000) * size / 1000 > width {
            break;
        }
        out.push(letter);
    }
    out.trim_end().to_owned() + "…"
}

/// The records of an enhanced metafile. Everything is drawn in tenths of the drawing's units, so that text can be set
/// finely.
struct Metafile {
    bytes: Vec<u8>,
    records: u32,
    handles: u16,
}

/// Tenths.
const FINE: i32 = 10;

impl Metafile {
    fn record(&mut self, kind: u32, body: &[u8]) {
        let padded = body.len().next_multiple_of(4);
        let size = u32::try_from(padded + 8).unwrap_or(u32::MAX);
        self.bytes.extend(kind.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(body);
        self.bytes.resize(self.bytes.len() + padded - body.len(), 0);
        self.records += 1;
    }

    fn numbers(&mut self, kind: u32, numbers: &[i32]) {
        let body: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.record(kind, &body);
    }

    fn colour([red, green, blue]: Colour) -> i32 {
        i32::from_le_bytes([red, green, blue, 0])
    }

    /// Makes an object, does what is to be done with it, and deletes it.
    fn with(&mut self, kind: u32, object: &[i32], work: impl FnOnce(&mut Self)) {
        let handle = i32::from(self.handles);
        self.handles += 1;
        let numbers: Vec<i32> = [handle].iter().chain(object).copied().collect();
        self.numbers(kind, &numbers);
        self.numbers(37, &[handle]); // EMR_SELECTOBJECT
        work(self);
        // The stock pen, brush and font take its place again, so that it can go.
        for stock in [0x8000_0000_u32, 0x8000_0007, 0x8000_000d] {
            self.record(37, &stock.to_le_bytes());
        }
        self.numbers(40, &[handle]); // EMR_DELETEOBJECT
        self.handles -= 1;
    }

    fn pen(&mut self, colour: Colour, width: i32, dashed: bool, work: impl FnOnce(&mut Self)) {
        // EMR_CREATEPEN: style, width as a point, colour.
        self.with(38, &[i32::from(dashed), width * FINE, 0, Self::colour(colour)], work);
    }

    fn brush(&mut self, colour: Colour, work: impl FnOnce(&mut Self)) {
        self.with(39, &[0, Self::colour(colour), 0], work); // EMR_CREATEBRUSHINDIRECT
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rectangle { at: [x, y, width, height], fill, line } => {
                let corners = [x * FINE, y * FINE, (x + width) * FINE, (y + height) * FINE];
                self.brush(*fill, |file| file.pen_inside(*line, &corners));
            }
            Shape::Line { at: [x1, y1, x2, y2], colour, width, dashed } => {
                let (from, to) = ([x1 * FINE, y1 * FINE], [x2 * FINE, y2 * FINE]);
                // Windows breaks only the thinnest of lines.
                let width = if *dashed { 0 } else { *width };
                self.pen(*colour, width, *dashed, |file| {
                    file.numbers(27, &from); // EMR_MOVETOEX
                    file.numbers(54, &to); // EMR_LINETO
                });
            }
            Shape::Polygon { points, fill } => {
                let xs = || points.iter().map(|[x, _]| x * FINE);
                let ys = || points.iter().map(|[_, y]| y * FINE);
                let edge = |value: Option<i32>| value.unwrap_or_default();
                let mut body = vec![edge(xs().min()), edge(ys().min()), edge(xs().max()), edge(ys().max())];
                body.push(i32::try_from(points.len()).unwrap_or_default());
                body.extend(points.iter().flat_map(|[x, y]| [x * FINE, y * FINE]));
                self.brush(*fill, |file| file.pen_of_polygon(*fill, &body));
            }
            Shape::Text { at, size, anchor, bold, colour, text } => {
                self.text(*at, *size, *anchor, *bold, *colour, text);
            }
        }
    }

    fn pen_inside(&mut self, line: Colour, corners: &[i32; 4]) {
        let handle_and_pen = |file: &mut Self| file.numbers(43, corners); // EMR_RECTANGLE
        let handle = i32::from(self.handles);
        self.handles += 1;
        self.numbers(38, &[handle, 0, 2 * FINE, 0, Self::colour(line)]);
        self.numbers(37, &[handle]);
        handle_and_pen(self);
        self.record(37, &0x8000_0007_u32.to_le_bytes());
        self.numbers(40, &[handle]);
        self.handles -= 1;
    }

    fn pen_of_polygon(&mut self, line: Colour, body: &[i32]) {
        let handle = i32::from(self.handles);
        self.handles += 1;
        self.numbers(38, &[handle, 0, FINE, 0, Self::colour(line)]);
        self.numbers(37, &[handle]);
        self.numbers(3, body); // EMR_POLYGON
        self.record(37, &0x8000_0007_u32.to_le_bytes());
        self.numbers(40, &[handle]);
        self.handles -= 1;
    }

    fn text(&mut self, [x, y]: [i32; 2], size: i32, anchor: Anchor, bold: bool, colour: Colour, text: &str) {
        let mut font = vec![-size * FINE, 0, 0, 0, if bold { 700 } else { 400 }];
        font.extend([0, 0]); // upright, of any character set
        let mut face = [0_u8; 64];
        for (at, unit) in "Arial".encode_utf16().enumerate() {
            face[2 * at..2 * at + 2].copy_from_slice(&unit.to_le_bytes());
        }
        font.extend(face.chunks(4).map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]])));
        // What follows in the longest form of a font (EXTLOGFONTW) is left empty.
        font.extend([0; 57]);
        let width = text_width(text, bold) * size * FINE / 1000;
        let left = x * FINE
            - match anchor {
                Anchor::Start => 0,
                Anchor::Middle => width / 2,
                Anchor::End => width,
            };
        let units: Vec<u16> = text.encode_utf16().collect();
        let many = i32::try_from(units.len()).unwrap_or_default();
        let advances: Vec<i32> = text
            .chars()
            .flat_map(|letter| {
                let own = text_width(&letter.to_string(), bold) * size * FINE / 1000;
                std::iter::once(own).chain(std::iter::repeat_n(0, letter.len_utf16() - 1))
            })
            .collect();
        self.with(82, &font, |file| {
            // EMR_EXTCREATEFONTINDIRECTW above; EMR_SETTEXTCOLOR; then EMR_EXTTEXTOUTW: bounds, mode, scales, place,
            // letters, where they stand in the record, options, no rectangle, where the advances stand.
            file.numbers(24, &[Self::colour(colour)]);
            let string = 76;
            let after = 76 + (units.len() * 2).next_multiple_of(4);
            let mut body: Vec<u8> = Vec::new();
            let top = (y - size) * FINE;
            for number in [left, top, left + width, y * FINE, 1] {
                body.extend(number.to_le_bytes());
            }
            body.extend(1.0_f32.to_le_bytes());
            body.extend(1.0_f32.to_le_bytes());
            let after = i32::try_from(after).unwrap_or_default();
            for number in [left, y * FINE, many, string, 0, 0, 0, -1, -1, after] {
                body.extend(number.to_le_bytes());
            }
            body.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
            body.resize(body.len().next_multiple_of(4), 0);
            body.extend(advances.iter().flat_map(|advance| advance.to_le_bytes()));
            file.record(84, &body);
        });
    }

    /// The whole file: header, how to measure, the shapes, the end.
    fn finish(self, width: i32, height: i32, description: &str) -> Vec<u8> {
        let mut settings = Metafile { bytes: Vec::new(), records: 0, handles: 1 };
        settings.numbers(17, &[8]); // EMR_SETMAPMODE: any scale
        settings.numbers(10, &[0, 0]); // EMR_SETWINDOWORGEX
        settings.numbers(9, &[width * FINE, height * FINE]); // EMR_SETWINDOWEXTEX
        settings.numbers(12, &[0, 0]); // EMR_SETVIEWPORTORGEX
        settings.numbers(11, &[width, height]); // EMR_SETVIEWPORTEXTEX
        settings.numbers(18, &[1]); // EMR_SETBKMODE: nothing behind letters
        settings.numbers(22, &[24]); // EMR_SETTEXTALIGN: from the left, on the base line
        let units: Vec<u16> = description.encode_utf16().take(2_000).chain([0, 0]).collect();
        let mut text: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        text.resize(text.len().next_multiple_of(4), 0);
        let header_size = 88 + text.len();
        let end = [14_u32, 20, 0, 16, 20]; // EMR_EOF
        let whole = header_size + settings.bytes.len() + self.bytes.len() + 20;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut out: Vec<u8> = Vec::with_capacity(whole);
        let mut push = |number: u32| out.extend(number.to_le_bytes());
        let side = |units: i32| u32::try_from(units).unwrap_or_default();
        push(1); // EMR_HEADER
        push(count(header_size));
        for number in [0, 0, side(width), side(height)] {
            push(number); // bounds, in pixels
        }
        // The frame in hundredths of a millimetre, at ninety-six units an inch.
        for number in [0, 0, side(width) * 2540 / 96, side(height) * 2540 / 96] {
            push(number);
        }
        push(0x464d_4520); // the signature
        push(0x0001_0000);
        push(count(whole));
        push(self.records + settings.records + 1);
        push(u32::from(8_u16)); // handles: never more than a few at once
        push(count(units.len()));
        push(88);
        push(0); // no palette
        for number in [960, 960, 254, 254] {
            push(number); // the device: ninety-six pixels an inch
        }
        out.extend(text);
        out.extend(settings.bytes);
        out.extend(self.bytes);
        out.extend(end.iter().flat_map(|number| number.to_le_bytes()));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_ends_in_dots() {
        assert_eq!(fitting("Training", 15, 100), "Training");
        let short = fitting("Multi Agency Partnership Board", 15, 100);
        assert!(short.ends_with('…') && text_width(&short, false) * 15 / 1000 <= 108, "{short}");
    }

    #[test]
    fn the_records_of_a_metafile_fill_it_exactly() {
        let mut drawing = Drawing::new(300, 100);
        drawing.rectangle([10, 10, 50, 20], BLUE, INK);
        drawing.line([0, 0, 300, 100], DEEP, 2, true);
        drawing.marker([50, 50]);
        drawing.text([20, 90], Anchor::Middle, "Äpfel 3");
        let bytes = drawing.as_emf("A trial");
        let number = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (mut at, mut records) = (0, 0);
        while at < bytes.len() {
            let size = number(at + 4) as usize;
            assert!(size >= 8 && size.is_multiple_of(4) && at + size <= bytes.len());
            records += 1;
            at += size;
        }
        assert_eq!((at, records), (number(48) as usize, number(52)));
    }
}
