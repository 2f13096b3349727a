//! Mails (RFC 5322): the subject as title, the date, and what the sender wrote. Earlier mails that are
//! quoted below and attachments are left out. The home of mail-parser.

use mail_parser::MessageParser;

use super::{Builder, Unreadable, html, plain};

/// Reads a mail.
pub fn read(bytes: &[u8], builder: &mut Builder) -> Result<(), Unreadable> {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return Err(Unreadable::Damaged("there are no headers of a mail in it".to_owned()));
    };
    let subject = message.subject().map(super::clean).filter(|subject| !subject.is_empty());
    let date = message.date().map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    if let Some(subject) = &subject {
        builder.heading(1, subject);
    }
    let as_text = message.text_bodies().any(mail_parser::MessagePart::is_text_html);
    match message.body_html(0) {
        Some(body) if as_text => html::read(&body, builder),
        _ => {
            let body = message.body_text(0).unwrap_or_default();
            let lines: Vec<&str> = body.lines().collect();
            let end = (0..lines.len()).find(|&at| is_earlier_mail(&lines[at..]) || lines[at] == "-- ");
            let own: Vec<&str> = lines[..end.unwrap_or(lines.len())]
                .iter()
                .copied()
                .filter(|line| !line.trim_start().starts_with('>'))
                .collect();
            plain::read_text(&own.join("\n"), builder);
        }
    }
    builder.title = subject;
    builder.date = date;
    Ok(())
}

/// Whether an earlier mail begins here, as programs begin one.
fn is_earlier_mail(lines: &[&str]) -> bool {
    let line = lines[0].trim();
    let next = |line: &&str| {
        line.trim().starts_with("Sent:") || line.trim().starts_with("To:") || line.trim().starts_with("Date:")
    };
    line.contains("-----Original Message-----")
        || line.starts_with("________________________________")
        || line.starts_with("On ") && lines.iter().take(3).any(|line| line.trim().ends_with("wrote:"))
        || line.starts_with("From:") && lines.iter().skip(1).take(3).any(next)
}
