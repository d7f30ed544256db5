//! The kinds of changes: a code each, what it does, and what to do about it.

use super::breach::{Breach, Effect, Way, Ways};

/// A kind of change.
#[derive(Debug)]
pub struct Kind {
    /// Its code, which `explain` knows.
    pub code: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it does to messages; of some changes only the contracts tell it.
    pub effect: Effect,
    /// The only messages that it is about; nothing where it may be in both.
    pub only: Option<Way>,
    /// What it is about, and why it matters.
    pub causes: &'static str,
    /// How to change a contract without it, or how to go on.
    pub remedy: &'static str,
}

macro_rules! only {
    () => {
        None
    };
    ($way:ident) => {
        Some(Way::$way)
    };
}

macro_rules! kinds {
    ($($name:ident $code:literal $title:literal, $effect:expr, $(only $way:ident,)? $causes:literal, $remedy:literal;)*) => {
        $(pub(super) static $name: Kind = Kind {
            code: $code,
            title: $title,
            effect: $effect,
            only: only!($($way)?),
            causes: $causes,
            remedy: $remedy,
        };)*

        /// All kinds, by code.
        pub static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

use Breach::{
    Choice, Fewer, Gone, Meaning, Missing, Name, Namespace, Null, Order, Perhaps, Repeated, Shape, Terms,
    Type, Unknown, Value,
};

const fn narrows(breach: Breach) -> Effect {
    Effect::same(Ways::narrows(breach))
}

const fn widens(breach: Breach) -> Effect {
    Effect::same(Ways::widens(breach))
}

const fn both(breach: Breach) -> Effect {
    Effect::same(Ways::both(breach))
}

const fn ways(narrows: Breach, widens: Breach) -> Effect {
    Effect::same(Ways { narrows: Some(narrows), widens: Some(widens) })
}

const fn only_xml(breach: Breach) -> Effect {
    Effect::xml(Ways::both(breach))
}

const fn only_json(breach: Breach) -> Effect {
    Effect::json(Ways::both(breach))
}

kinds! {
    OPERATION_REMOVED "DIFF0101" "operation removed", narrows(Gone), only Request,
        "An operation is not there any more, or cannot be mapped any more. Whoever calls it is told that it is unknown.",
        "Keep it until nobody calls it; the log and the metrics say who does.";
    OPERATION_ADDED "DIFF0102" "operation added", widens(Unknown), only Request,
        "A new operation. Clients of the old contract never call it; a backend of the old contract does not know it.",
        "Bring the backend up first, then the contract.";
    PORT_RENAMED "DIFF0103" "service or port renamed", Effect::NONE, only Request,
        "A service or a port has another name. Names of ports are not on the wire; programs that are generated anew have other names.",
        "Nothing needs to be done, unless a service file names the port with `contract.port`.";
    PORT_REMOVED "DIFF0104" "port removed", Effect::xml(Ways::narrows(Gone)), only Request,
        "A port with its address is not there any more. Its operations may be there in another port.",
        "Keep the port, or tell those who use its address.";
    PORT_ADDED "DIFF0105" "port added", Effect::NONE, only Request,
        "A new port. Nobody who was made for the old contract knows it.",
        "Nothing needs to be done.";
    ADDRESS "DIFF0106" "address changed", Effect::NONE, only Request,
        "The address of a port is another one. It is no part of messages; whoever takes it from the contract calls another server.",
        "See that both addresses answer while clients move.";
    ACTION "DIFF0107" "soapAction changed", Effect::xml(Ways { narrows: Some(Terms), widens: Some(Name) }), only Request,
        "The SOAPAction of an operation is another one. The bridge goes by the first element of the Body and needs the action only where several operations \
take the same one; many servers, those of .NET above all, go by the action alone and refuse another one.",
        "Keep the action; nobody reads it.";
    ADDRESSING "DIFF0108" "action of WS-Addressing changed", only_xml(Terms), only Request,
        "The action in the header block of WS-Addressing is another one, often because a name changed that it is made of. Only those who send or check it notice.",
        "Say the old one with wsaw:Action.";
    SOAP_VERSION "DIFF0109" "version of SOAP changed", Effect::xml(Ways { narrows: Some(Terms), widens: Some(Shape) }), only Request,
        "The binding has another version of SOAP: another envelope and another Content-Type. The bridge answers in the version of the request; other servers refuse \
the other version, and the bridge calls the backend in the new one.",
        "Offer a second port for the new version.";
    STYLE "DIFF0110" "style changed", Effect::NONE, only Request,
        "The style is rpc where it was document, or the other way round. That alone is not on the wire: what differs in the elements is told beside it.",
        "Nothing needs to be done for this alone.";
    USE "DIFF0111" "use changed", only_xml(Shape),
        "The messages are encoded (SOAP 1.1 section 5) where they were literal, or the other way round: values say their types or do not, and arrays look otherwise.",
        "Offer the other use as a port of its own.";
    ONE_WAY "DIFF0112" "response added or removed", ways(Missing, Unknown), only Response,
        "The operation has a response where it had none, or none where it had one. Clients wait for what does not come, or do not read what comes.",
        "Make a new operation.";
    FAULT_ADDED "DIFF0113" "fault added", widens(Unknown), only Response,
        "A fault is declared that was not. Clients have no type for its detail; nearly all of them treat it as a fault like others.",
        "Tell the clients, whose errors become more precise.";
    FAULT_REMOVED "DIFF0114" "fault removed", narrows(Unknown), only Response,
        "A declared fault is not there any more. Clients need not expect it; what an old backend sends of it has no type.",
        "Keep it while a backend may send it.";
    POLICY "DIFF0115" "policy changed", only_xml(Terms), only Request,
        "The policies (WS-Policy) ask for something that they did not, or do not ask for it any more, such as a UsernameToken or TLS.",
        "See docs/WS_SECURITY.md for what the bridge sends and takes, and tell the clients.";
    UNCHECKED "DIFF0116" "operation not checked", both(Perhaps), only Request,
        "The new contract refers to what is missing or broken, so that some of the operation is carried without a check, and is not compared.",
        "Run `saponify lint` on the new contract, and mend what it says.";

    REQUIRED_ADDED "DIFF0201" "required element added", ways(Missing, Unknown),
        "A new element that must be there. Clients do not send it; a backend does not answer with it.",
        "Make it optional, at least until everyone sends it.";
    OPTIONAL_ADDED "DIFF0202" "optional element added", widens(Unknown),
        "A new element that may be there. In requests nobody has to send it. In a response it breaks readers that refuse what they do not know: those that \
validate, and clients of strict toolkits.",
        "Leave it out for clients that do not ask for it, or have an xs:any at that place before it is needed.";
    REQUIRED_REMOVED "DIFF0203" "required element removed", ways(Unknown, Missing),
        "An element that had to be there is not in the contract any more.",
        "Make it optional first, and remove it when nobody sends or reads it.";
    OPTIONAL_REMOVED "DIFF0204" "optional element removed", narrows(Unknown),
        "An element that could be there is not in the contract any more. Requests that have it are refused; readers of responses could do without it.",
        "Remove it when nobody sends it.";
    BECAME_REQUIRED "DIFF0205" "optional element required", narrows(Missing),
        "An element must be there that could be left out.",
        "Give it a default, or let the service file fill it in with `default`.";
    BECAME_OPTIONAL "DIFF0206" "required element optional", widens(Missing),
        "An element may be left out that had to be there. Readers that rely on it find nothing.",
        "Go on sending it while old clients read.";
    MORE "DIFF0207" "more occurrences allowed", widens(Repeated),
        "maxOccurs of a list is larger. Readers with a bound of their own may meet more than they take.",
        "Go on sending no more than before to old clients.";
    LESS "DIFF0208" "fewer occurrences allowed", narrows(Repeated),
        "maxOccurs of a list is smaller.",
        "Split requests that have more.";
    BECAME_LIST "DIFF0209" "single element repeated", Effect { xml: Ways::widens(Repeated), json: Ways::both(Shape) },
        "maxOccurs was 1 and is more. In SOAP one element is still valid; in JSON the member is an array, whatever is in it.",
        "Add a list under a new name, and keep the single element.";
    BECAME_SINGLE "DIFF0210" "repeated element single", Effect { xml: Ways::narrows(Repeated), json: Ways::both(Shape) },
        "maxOccurs was more than 1 and is 1. In JSON the member is no array any more.",
        "Add the single element under a new name.";
    LEAST_RAISED "DIFF0211" "more occurrences needed", narrows(Fewer),
        "minOccurs of a list is larger.",
        "Leave it to the service to refuse too few.";
    LEAST_LOWERED "DIFF0212" "fewer occurrences needed", widens(Fewer),
        "minOccurs of a list is smaller.",
        "Nothing needs to be done for requests.";
    ORDER "DIFF0213" "order changed", only_xml(Order),
        "The elements of a sequence stand in another order. XML Schema fixes the order; JSON has none.",
        "Add new elements at the end, and keep the order of the others. `defaults.any_order` lets the bridge take requests in any order.";
    MODEL "DIFF0214" "content model changed", both(Choice),
        "Which elements may stand together has changed: a choice became a sequence, a group became optional or repeated.",
        "Keep the old model and add to it.";
    UNDECIDED "DIFF0215" "content model not compared", both(Perhaps),
        "The content models differ, and are too large for a comparison of all that they allow.",
        "Try messages of the one with the other: `saponify sample` and `saponify convert`.";
    NAMESPACE "DIFF0216" "namespace changed", only_xml(Namespace),
        "An element or an attribute is in another namespace: the targetNamespace, `form` or elementFormDefault changed. In JSON the name stays.",
        "Keep the namespace; a new version in the namespace breaks every SOAP client.";
    NOT_NILLABLE "DIFF0217" "null not allowed any more", narrows(Null),
        "`nillable` is gone: xsi:nil in SOAP and null in JSON are refused.",
        "`defaults.null_as: absent` takes null for an absent member in JSON.";
    NILLABLE "DIFF0218" "null allowed", widens(Null),
        "`nillable` is new: xsi:nil in SOAP and null in JSON may come.",
        "Go on sending values to old clients.";
    DEFAULT "DIFF0219" "default changed", both(Meaning),
        "The default of an element or an attribute is another one: what is empty or absent means something else.",
        "Send the value.";
    FIXED "DIFF0220" "fixed value changed", both(Value),
        "The only value of an element or an attribute is another one.",
        "Use an enumeration that has both values.";
    FIXED_ADDED "DIFF0221" "value fixed", narrows(Value),
        "An element or an attribute may have one value only.",
        "Check the value in the service.";
    FIXED_REMOVED "DIFF0222" "value not fixed any more", widens(Value),
        "An element or an attribute may have other values than the only one that it had.",
        "Go on sending the old value to old clients.";
    SHAPE "DIFF0223" "content of another kind", both(Shape),
        "A simple type became a complex one, text became elements, or the other way round.",
        "Add an element under a new name.";
    TEXT_WITH_ATTRIBUTES "DIFF0224" "attributes beside text", Effect::json(Ways::both(Shape)),
        "A value that was text alone can have attributes, or cannot any more. In SOAP the text is where it was; in JSON a value with attributes is an object with `$value`.",
        "Add the attribute to an element around it.";
    MIXED "DIFF0225" "mixed content changed", Effect { xml: Ways::both(Value), json: Ways::both(Shape) },
        "Text may stand between the elements, or may not any more. In JSON mixed content is the list `$content`.",
        "Add an element for the text.";
    ABSTRACT "DIFF0226" "type abstract", narrows(Type),
        "The type became abstract: each value must say which derived type it is of.",
        "Keep it concrete.";
    CONCRETE "DIFF0227" "type not abstract any more", widens(Type),
        "The type was abstract and is not any more: values need not say a derived type.",
        "Go on saying the type.";
    DERIVED_ADDED "DIFF0228" "derived type added", widens(Type),
        "A type is new that may stand in for the declared one (xsi:type in SOAP, `@type` in JSON). Readers of the old contract do not know it.",
        "Send it to clients that know it.";
    DERIVED_REMOVED "DIFF0229" "derived type removed", narrows(Type),
        "A type that could stand in for the declared one is not there any more.",
        "Keep it while someone sends it.";
    TYPE_RENAMED "DIFF0230" "type renamed", Effect::xml(Ways::NONE),
        "A type has another name. Names of types are on the wire only where messages say them: xsi:type, `@type`, and encoded messages.",
        "Keep names of types that others are derived from.";
    ANY_ADDED "DIFF0231" "wildcard added", widens(Unknown),
        "An xs:any or xs:anyAttribute is new: what it allows may come.",
        "Nothing needs to be done for requests.";
    ANY_REMOVED "DIFF0232" "wildcard removed", narrows(Unknown),
        "An xs:any or xs:anyAttribute is not there any more: what it allowed is refused.",
        "Keep it; that is what it is for.";
    ANY_CHANGED "DIFF0233" "wildcard changed", both(Unknown),
        "An xs:any or xs:anyAttribute allows other namespaces, or checks what it allows otherwise (processContents).",
        "Allow more, not less.";
    ROOT "DIFF0234" "element of the Body changed", only_xml(Name),
        "The element in the Body has another name. In JSON it does not show.",
        "Keep the element.";

    ATTRIBUTE_REQUIRED_ADDED "DIFF0301" "required attribute added", ways(Missing, Unknown),
        "A new attribute that must be there.",
        "Make it optional, with a default.";
    ATTRIBUTE_ADDED "DIFF0302" "optional attribute added", widens(Unknown),
        "A new attribute that may be there. Most readers pass over attributes that they do not know.",
        "Leave it out for clients that do not know it.";
    ATTRIBUTE_REQUIRED_REMOVED "DIFF0303" "required attribute removed", ways(Unknown, Missing),
        "An attribute that had to be there is not in the contract any more.",
        "Make it optional first.";
    ATTRIBUTE_REMOVED "DIFF0304" "optional attribute removed", narrows(Unknown),
        "An attribute that could be there is not in the contract any more.",
        "Remove it when nobody sends it.";
    ATTRIBUTE_BECAME_REQUIRED "DIFF0305" "optional attribute required", narrows(Missing),
        "An attribute must be there that could be left out.",
        "Give it a default.";
    ATTRIBUTE_BECAME_OPTIONAL "DIFF0306" "required attribute optional", widens(Missing),
        "An attribute may be left out that had to be there.",
        "Go on sending it.";

    VALUE_TYPE "DIFF0401" "type of a value changed", both(Value),
        "A simple type has other values: another built-in type, another list, another union.",
        "Add an element under a new name, or a type that has all the old values.";
    VALUE_ADDED "DIFF0402" "enumerated value added", widens(Value),
        "An enumeration has a new value. Clients whose enumeration was generated have none for it, and most of them fail.",
        "Send it to clients that know it; `enum` of the service file gives it an old name for JSON clients.";
    VALUE_REMOVED "DIFF0403" "enumerated value removed", narrows(Value),
        "An enumeration lacks a value that it had.",
        "Keep it, and refuse it in the service where that is needed.";
    ENUMERATED "DIFF0404" "values enumerated", narrows(Value),
        "A type has an enumeration that had none.",
        "Leave the check to the service while clients send other values.";
    NOT_ENUMERATED "DIFF0405" "values not enumerated any more", widens(Value),
        "A type had an enumeration and has none any more: any value may come.",
        "Go on sending the old values to old clients.";
    LENGTH "DIFF0406" "length changed", both(Value),
        "length, minLength or maxLength differs. Longer values in responses break columns and buffers of that length.",
        "Widen for requests, and keep the old length in responses until everyone reads the new one.";
    RANGE "DIFF0407" "range changed", both(Value),
        "minInclusive, maxInclusive or their like differ, or the range of an integer type: a long where there was an int is more than old clients can hold.",
        "Widen for requests, and keep the old range in responses.";
    DIGITS "DIFF0408" "digits changed", both(Value),
        "totalDigits or fractionDigits differs.",
        "Widen for requests, and keep the old number of digits in responses.";
    PATTERN "DIFF0409" "pattern changed", both(Perhaps),
        "The patterns are written otherwise. Whether one allows what the other does is not computed: they may allow the same.",
        "Try values of the old pattern with the new one.";
    WHITE_SPACE "DIFF0410" "white space changed", both(Meaning),
        "White space in values is kept, replaced or collapsed otherwise.",
        "See whether someone needs spaces at the ends of values, or line feeds.";

    FORM "DIFF0501" "other form in JSON", only_json(Shape),
        "A value has another form in JSON: a string for a number, another form of a date. SOAP is the same.",
        "`as` of the service file keeps the old form.";
    KEY "DIFF0502" "other name in JSON", only_json(Name),
        "A member has another name in JSON, as another element of the same name came before it, or by a rule of the service file. SOAP is the same.",
        "`rename` of the service file keeps the old name.";
    GROUPED "DIFF0503" "other place in JSON", only_json(Shape),
        "A member stands elsewhere in JSON: a group became repeated, so that its members are in `$items`, or a rule moved it.",
        "Keep the structure, or say it with rules of the service file.";
    HIDDEN "DIFF0504" "not in JSON any more", Effect::json(Ways { narrows: Some(Unknown), widens: Some(Missing) }),
        "A rule of the service file hides a member, or fills it in.",
        "Hide it when no client sends it or reads it.";
    SHOWN "DIFF0505" "in JSON now", Effect::json(Ways { narrows: Some(Missing), widens: Some(Unknown) }),
        "A rule of the service file that hid a member, or filled it in, is gone.",
        "Keep the rule while clients do not send the member.";
    TEXTS "DIFF0506" "other texts in JSON", only_json(Value),
        "`enum` of the service file gives values other texts in JSON.",
        "Keep the old texts, and add new ones.";
    EMPTY_LIST "DIFF0507" "empty list or absent", Effect::json(Ways { narrows: None, widens: Some(Missing) }),
        "A list without items was `[]` in responses, and is absent now, or the other way round.",
        "Let clients take both alike.";

    FRONT_REMOVED "DIFF0601" "front removed", narrows(Gone), only Request,
        "A front of the service file is not there any more: its clients find nothing at its path.",
        "Keep it until the metrics say that nobody calls it.";
    FRONT_ADDED "DIFF0602" "front added", Effect::NONE, only Request,
        "A front is new. Nobody who was made for the old file knows it.",
        "Nothing needs to be done.";
    ROUTE "DIFF0603" "route changed", Effect::json(Ways::narrows(Gone)), only Request,
        "The path or the method of a front or of an operation is another one.",
        "Serve both for a time: a second service file with the old path.";
    AUTH "DIFF0604" "authentication changed", narrows(Terms), only Request,
        "Clients prove otherwise who they are, or must prove it where they did not have to.",
        "Let the old and the new way in for a time, with a second front or a second service file.";
    HEADER "DIFF0605" "HTTP header changed", only_json(Terms), only Request,
        "A member comes from another HTTP header, or from one where it stood in the body.",
        "Keep the header.";
    LIMIT_LOWERED "DIFF0606" "limit lowered", narrows(Terms), only Request,
        "A bound of `limits` is lower: messages that were taken may be too large, too many or too slow.",
        "Look at the metrics for what clients send before lowering it.";
    LIMIT_RAISED "DIFF0607" "limit raised", Effect::NONE, only Request,
        "A bound of `limits` is higher.",
        "Nothing needs to be done for clients; docs/LIMITS.md says what it costs.";
    OUTCOME "DIFF0608" "outcome changed", both(Terms), only Response,
        "What replies of the backend mean, or how failures look for clients, is said otherwise: `outcome`, `faults`, `violations`, `native`, `answer`.",
        "Compare answers with `saponify test` before and after.";
    CHECK "DIFF0609" "condition changed", narrows(Terms), only Request,
        "Conditions of the service file refuse other requests than before.",
        "Say new conditions as warnings first.";
    BACKEND "DIFF0610" "backend changed", Effect::NONE, only Request,
        "Another backend is called, or otherwise: its address, credentials, deadlines or TLS. Clients do not see it.",
        "See that the new backend answers before the switch.";
    BACKEND_LANGUAGE "DIFF0611" "backend of another language", Effect::NONE, only Request,
        "The service calls a JSON backend where it called a SOAP backend, or the other way round. Clients do not see it where both say the same.",
        "Run `saponify test` against both.";
    LENIENCY "DIFF0612" "leniency changed", narrows(Terms),
        "Messages that are not to the letter are taken otherwise: `null_as`, `unknown_fields`, `any_order`, `empty_as` and their like.",
        "Look at the warnings in the log for who needs the leniency.";
    SETTING "DIFF0613" "setting changed", Effect::NONE, only Request,
        "A key of the service file that changes no message: names, masks, tables, the store, how clients connect.",
        "Nothing needs to be done for clients.";
    RULE "DIFF0614" "rule changed", Effect::NONE, only Request,
        "A rule of the service file about fields is another one. What it changes in JSON is told beside it, member by member.",
        "Nothing needs to be done for this alone.";
}
