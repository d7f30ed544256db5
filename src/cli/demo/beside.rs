//! Two messages side by side, what is the same field on one row.

use super::outline::Line;
use super::screen::{Screen, fitted};

/// Where two messages stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    /// Columns of the one on the left.
    pub(super) left: usize,
    /// Columns of the one on the right.
    pub(super) right: usize,
}

impl Columns {
    /// As many as the lines on the `left` need, and at most half of the screen; the rest is for the other message.
    pub(super) fn beside(left: &[Line], screen: &Screen) -> Self {
        let room = screen.width - BETWEEN;
        let longest = left.iter().map(|line| line.text.chars().count()).fold(0, usize::max);
        let left = longest.min(room / 2);
        Self { left, right: room - left }
    }

    /// The rows of two messages, `left` and `right`. A field that is in both stands on one row with a sign between the two, and in one colour.
    pub(super) fn rows(self, left: &[Line], right: &[Line], screen: &Screen) -> Vec<String> {
        let (paired, mut number) = (paired(left, right), 0);
        let row = |(left, right, is_same): Pair<'_>| {
            let text = |line: Option<&Line>, width| fitted(line.map_or("", |line| &line.text), width);
            let (left, right) = (text(left, self.left), text(right, self.right).trim_end().to_owned());
            if !is_same {
                return format!("{left}   {right}").trim_end().to_owned();
            }
            number += 1;
            format!("{} = {}", screen.field(number - 1, &left), screen.field(number - 1, &right))
        };
        paired.into_iter().map(row).collect()
    }
}

type Pair<'l> = (Option<&'l Line>, Option<&'l Line>, bool);

/// Lines of the same field, in the order of both messages, with the lines between them beside each other.
fn paired<'l>(left: &'l [Line], right: &'l [Line]) -> Vec<Pair<'l>> {
    let (mut pairs, mut left_at, mut right_at) = (Vec::new(), 0, 0);
    for (of_left, of_right) in common(left, right).into_iter().chain([(left.len(), right.len())]) {
        let between = |lines: &'l [Line], from: usize, to: usize| lines.iter().skip(from).take(to - from);
        let (mut own, mut other) = (between(left, left_at, of_left), between(right, right_at, of_right));
        loop {
            match (own.next(), other.next()) {
                (None, None) => break,
                (own, other) => pairs.push((own, other, false)),
            }
        }
        if let (Some(own), Some(other)) = (left.get(of_left), right.get(of_right)) {
            pairs.push((Some(own), Some(other), true));
        }
        (left_at, right_at) = (of_left + 1, of_right + 1);
    }
    pairs
}

/// The longest list of places at which both have the same field, rising in both.
fn common(left: &[Line], right: &[Line]) -> Vec<(usize, usize)> {
    // `best[i][j]` is the length of that of `left[i..]` and `right[j..]`.
    let mut best = vec![vec![0_usize; right.len() + 1]; left.len() + 1];
    let at = |best: &[Vec<usize>], i: usize, j: usize| {
        best.get(i).and_then(|row| row.get(j)).map_or(0, |length| *length)
    };
    for (i, own) in left.iter().enumerate().rev() {
        for (j, other) in right.iter().enumerate().rev() {
            let with = if own.is_field_of(other) { 1 + at(&best, i + 1, j + 1) } else { 0 };
            let length = with.max(at(&best, i + 1, j)).max(at(&best, i, j + 1));
            if let Some(place) = best.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = length;
            }
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while let (Some(own), Some(other)) = (left.get(i), right.get(j)) {
        let length = at(&best, i, j);
        if own.is_field_of(other) && length == 1 + at(&best, i + 1, j + 1) {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&best, i + 1, j) == length {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// Columns of what stands between two messages.
const BETWEEN: usize = 3;

#[cfg(test)]
mod tests {
    use super::super::outline::{of_json, of_xml};
    use super::*;

    #[test]
    fn a_field_stands_on_one_row_with_itself() {
        let left = of_json(r#"{"auth":{"key":"ops"},"id":{"number":7},"name":"Ana","own":1}"#).expect("JSON");
        let right = "<E><H><User>ops</User><Nonce>n</Nonce></H><B><id><number>7</number></id><name>Ana</name></B></E>";
        let right = of_xml(right, 38).expect("XML");
        let screen = Screen::plain(60);
        let rows = Columns::beside(&left, &screen).rows(&left, &right, &screen);
        let expected = [
            "{                  <E>",
            "  \"auth\": {          <H>",
            "    \"key\": \"ops\" =     <User>ops</User>",
            "  },                   <Nonce>n</Nonce>",
            "                     </H>",
            "                     <B>",
            "  \"id\": {        =     <id>",
            "    \"number\": 7  =       <number>7</number>",
            "  },                   </id>",
            "  \"name\": \"Ana\", =     <name>Ana</name>",
            "  \"own\": 1           </B></E>",
            "}",
        ];
        assert_eq!(rows, expected, "{rows:#?}");
    }

    #[test]
    fn the_same_field_has_one_colour_on_both_sides() {
        let (left, right) =
            (of_json(r#"{"a":1,"b":2}"#).expect("JSON"), of_xml("<x><a>1</a><b>2</b></x>", 38).expect("XML"));
        let screen = Screen::coloured(80);
        let rows = Columns::beside(&left, &screen).rows(&left, &right, &screen);
        let colours = |row: &String| {
            row.split("\x1b[")
                .filter_map(|part| part.split_once('m'))
                .map(|(code, _)| code.to_owned())
                .collect::<Vec<_>>()
        };
        let found: Vec<_> = rows.iter().map(colours).filter(|found| !found.is_empty()).collect();
        assert_eq!(found, [["36", "0", "36", "0"], ["33", "0", "33", "0"]]);
    }
}
