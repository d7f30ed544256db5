//! What is printed of the exchanges.

use super::super::exit::Exit;
use super::super::output::{internal, print, print_error};
use super::beside::Columns;
use super::data::System;
use super::outline::{of_json, of_xml};
use super::screen::{Screen, fitted, shortened, squeezed};
use super::stage::Stage;
use super::way::Way;

/// Exchanges, for people.
pub(super) struct Show<'s> {
    stage: &'s Stage,
    ways: &'s [Way],
    screen: Screen,
    /// Whether nothing is cut.
    whole: bool,
}

impl<'s> Show<'s> {
    pub(super) fn new(stage: &'s Stage, ways: &'s [Way], whole: bool) -> Self {
        Self { stage, ways, screen: Screen::new(), whole }
    }

    /// Goes each way once; true when every answer is right.
    pub(super) fn ways(&self) -> Result<bool, Exit> {
        let header = row(["system", "client → backend", "request", "answer"], self.request_width());
        print(self.screen.bold(header.trim_end()))?;
        let mut wrong = Vec::new();
        for way in self.ways {
            let (status, body) = way.send().map_err(|error| internal(&format!("{}: {error}", way.name())))?;
            let good = status.contains(" 20") && body.contains(&way.expected);
            let code = status.split(' ').nth(1).map_or("?", |code| code);
            let verdict = format!("{code} {}", if good { "right" } else { "WRONG" });
            let directions = format!("{} → {}", way.client, way.backend);
            let request = self.request(way);
            let line = row([&way.system, &directions, &request, ""], self.request_width());
            print(format!("{line}{}", self.screen.verdict(good, &verdict)))?;
            if !good {
                wrong.push(format!(
                    "{}: expected HTTP status 20x and {}, got {status}\n{body}",
                    way.name(),
                    way.expected
                ));
            }
        }
        wrong.iter().for_each(print_error);
        Ok(wrong.is_empty())
    }

    /// Method and URL.
    fn request(&self, way: &Way) -> String {
        let line = format!("{:<4} {}", way.method, way.url);
        if self.whole { line } else { squeezed(&line, self.request_width()) }
    }

    fn request_width(&self) -> usize {
        self.screen.width.saturating_sub(SYSTEM + DIRECTIONS + ANSWER)
    }

    /// A short exchange of the first way: what the client sends beside what the backend gets, and the answer.
    pub(super) fn exchange(&self, systems: &[System]) -> Result<(), Exit> {
        let (first, system) =
            self.ways.first().zip(systems.first()).ok_or_else(|| internal(&"no systems"))?;
        let way = first.with_only(&system.json.show)?;
        let (status, body) = way.send().map_err(|error| internal(&error))?;
        let heard = self.stage.masked(&self.stage.heard()?);
        let left = of_json(&self.stage.masked(&way.body)).map_err(|error| internal(&error))?;
        let columns = Columns::beside(&left, &self.screen);
        let right = of_xml(&heard, columns.right).map_err(|error| internal(&error))?;
        let heading = format!("{}   SOAP for the backend", fitted("JSON of the client", columns.left));
        print(format!("\n{}", self.screen.bold(&heading)))?;
        columns.rows(&left, &right, &self.screen).iter().try_for_each(print)?;
        let code = status.split(' ').nth(1).map_or("?", |code| code);
        let answer = format!("answer {code} {}", self.stage.masked(body.trim_end()));
        print(shortened(&answer, self.screen.width))
    }

    /// The messages of the first way as they are.
    pub(super) fn messages(&self) -> Result<(), Exit> {
        let way = self.ways.first().ok_or_else(|| internal(&"no systems"))?;
        let (_, body) = way.send().map_err(|error| internal(&error))?;
        print(format!("\n-- JSON in\n{}", self.stage.masked(&way.body)))?;
        print(format!("-- SOAP sent\n{}\n", self.stage.masked(&self.stage.heard()?)))?;
        print(format!("-- SOAP received\n{}\n", self.stage.said()))?;
        print(format!("-- JSON out\n{body}"))
    }
}

fn row([system, directions, request, answer]: [&str; 4], width: usize) -> String {
    let request = if request.chars().count() > width { request.to_owned() } else { fitted(request, width) };
    format!("{}{}{request}  {answer}", fitted(system, SYSTEM), fitted(directions, DIRECTIONS))
}

// Columns of the table beside the request.
const SYSTEM: usize = 9;
const DIRECTIONS: usize = 18;
const ANSWER: usize = 11;
