//! Arrays of the SOAP encoding (SOAP 1.1 section 5.4.2).

use super::reserved::Reserved;
use super::run::Run;
use crate::codec::violation::Breach;
use crate::json::{Kind, Value};
use crate::plan::{ArrayPlan, ArrayStart, ElementPlan};
use crate::wsdl::Encoding;

impl<'p> Run<'_, 'p> {
    pub(super) fn array(&mut self, element: &'p ElementPlan, array: &'p ArrayPlan, value: Value<'p>) {
        self.reserved = Reserved::default();
        let sizes = self.sizes(array, value);
        match (self.encoding, &array.soap12) {
            (Some(Encoding::Soap12), Some(start)) => {
                self.start(start);
                self.put(&format!("{}\">", sizes.join(" ")));
            }
            _ => {
                self.start(&array.soap11);
                self.put(&format!("{}]\">", sizes.join(",")));
            }
        }
        let before = self.out.len();
        let declare = self.declare.take();
        self.rows(array, array.rank, value);
        self.declare = declare;
        self.close(element, before);
    }

    /// The attributes up to the sizes. An encoded message has declared their prefixes; another one declares them here, unless
    /// the start tag does so already.
    fn start(&mut self, start: &'p ArrayStart) {
        let declarations = start.declarations.iter().filter(|_| self.encoding.is_none());
        for declaration in declarations.collect::<Vec<_>>() {
            if !self.in_tag(declaration) {
                self.put(declaration);
            }
        }
        self.put(&start.open);
    }

    /// The size of each dimension, from the first row of each.
    fn sizes(&mut self, array: &'p ArrayPlan, value: Value<'p>) -> Vec<String> {
        let first = |row: &Value<'p>| Some(*row).filter(|row| row.kind() == Kind::Array)?.items().next();
        let rows = std::iter::successors(Some(value), first).take(array.rank as usize);
        let mut sizes: Vec<String> = rows.map(|row| row.len().to_string()).collect();
        sizes.resize(array.rank as usize, "0".to_owned());
        sizes
    }

    fn rows(&mut self, array: &'p ArrayPlan, rank: u32, value: Value<'p>) {
        if value.kind() != Kind::Array {
            return self.report(Breach::Type, "expected an array".to_owned());
        }
        let first =
            value.items().next().map_or(0, |row| if row.kind() == Kind::Array { row.len() } else { 0 });
        for (at, item) in value.items().enumerate() {
            self.path.push("", None, Some(at as u32));
            if rank == 1 {
                self.element(false, array.item, item);
            } else if item.kind() == Kind::Array && item.len() != first {
                self.report(Breach::Length, "expected rows of one length".to_owned());
            } else {
                self.rows(array, rank - 1, item);
            }
            self.path.pop();
        }
    }
}
