//! Loading and compiling contracts of growing size: `cargo bench --bench load [-- --svg FILE]`.
//!
//! Each has N operations with types of their own that extend a common one. Medians of seven runs; what counts is that the
//! time for a kilobyte does not grow. FILE is a picture, and the table that it is drawn from is written beside it.

#[path = "../tests/support/picture.rs"]
mod picture;
mod support;

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use picture::curves;
use saponify::limits::Limits;
use saponify::plan::{Rules, compile};
use saponify::wsdl::load;

const SIZES: [usize; 6] = [100, 200, 400, 800, 1600, 3200];
const RUNS: usize = 7;

fn contract(operations: usize) -> String {
    let (mut types, mut messages, mut port, mut binding) =
        (String::new(), String::new(), String::new(), String::new());
    for n in 0..operations {
        let _ = write!(
            types,
            "<x:element name='e{n}' type='t:T{n}'/><x:complexType name='T{n}'><x:complexContent><x:extension base='t:Base'>\
             <x:sequence><x:element name='a' type='x:string'/><x:element name='b' type='x:decimal' minOccurs='0'/>\
             <x:element name='next' type='t:T{}' minOccurs='0' maxOccurs='unbounded'/></x:sequence>\
             <x:attribute name='id' type='x:int'/></x:extension></x:complexContent></x:complexType>",
            (n + 1) % operations
        );
        let _ = write!(messages, "<w:message name='m{n}'><w:part name='p' element='t:e{n}'/></w:message>");
        let _ = write!(port, "<w:operation name='o{n}'><w:input message='t:m{n}'/></w:operation>");
        let _ = write!(
            binding,
            "<w:operation name='o{n}'><w:input><s:body use='literal'/></w:input></w:operation>"
        );
    }
    format!(
        "<w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/' \
         xmlns:x='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' targetNamespace='urn:t'><w:types><x:schema \
         targetNamespace='urn:t'><x:complexType name='Base'><x:sequence><x:element name='c' type='x:dateTime'/></x:sequence>\
         </x:complexType>{types}</x:schema></w:types>{messages}<w:portType name='P'>{port}</w:portType><w:binding name='B' \
         type='t:P'><s:binding/>{binding}</w:binding></w:definitions>"
    )
}

/// Milliseconds for one load and compilation.
fn once(documents: &mut HashMap<String, Vec<u8>>, operations: usize) -> f64 {
    let begun = Instant::now();
    let contract = load("a.wsdl", documents, &Limits::default().contract).expect("contract");
    let compiled = compile(&contract, &Rules::default()).expect("plan");
    assert_eq!(compiled.plan.operations().len(), operations, "every operation is compiled");
    begun.elapsed().as_secs_f64() * 1000.0
}

fn median(operations: usize) -> (usize, f64) {
    let text = contract(operations).into_bytes();
    let size = text.len();
    let mut documents = HashMap::from([("a.wsdl".to_owned(), text)]);
    let mut times: Vec<f64> = (0..RUNS).map(|_| once(&mut documents, operations)).collect();
    times.sort_by(f64::total_cmp);
    (size, times[RUNS / 2])
}

fn main() {
    let points: Vec<(usize, f64)> = SIZES.iter().map(|operations| median(*operations)).collect();
    println!("{:>10} {:>9} {:>9} {:>9}", "operations", "KB", "ms", "ms per KB");
    for (operations, (size, time)) in SIZES.iter().zip(&points) {
        let kilobytes = *size as f64 / 1000.0;
        println!("{operations:>10} {kilobytes:>9.0} {time:>9.2} {:>9.4}", time / kilobytes);
    }
    let mut arguments = std::env::args().skip_while(|argument| argument != "--svg").skip(1);
    if let Some(file) = arguments.next() {
        let table = table(&points);
        std::fs::write(Path::new(&file).with_extension("tsv"), &table).expect("written");
        std::fs::write(&file, curves(&table)).expect("written");
    }
}

fn table(points: &[(usize, f64)]) -> String {
    let mut table = format!(
        "# ms to load and compile a contract, over its size\n# cargo bench --bench load -- --svg docs/load.svg; {}\n\
         bytes of WSDL\tms\n",
        support::built_from()
    );
    for (size, time) in points {
        let _ = writeln!(table, "{size}\t{time:.2}");
    }
    table
}
