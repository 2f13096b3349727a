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
            let own: Vec<&str> = body
                .lines()
                .take_while(|line| !is_earlier_mail(line) && *line != "-- ")
                .filter(|line| !line.trim_start().starts_with('>'))
                .collect();
            plain::read_text(&own.join("\n"), builder);
        }
    }
    builder.title = subject;
    builder.date = date;
    Ok(())
}

/// The line with which programs begin an earlier mail.
fn is_earlier_mail(line: &str) -> bool {
    let line = line.trim();
    line.contains("-----Original Message-----")
        || line.starts_with("________________________________")
        || line.starts_with("On ") && line.ends_with("wrote:")
}
