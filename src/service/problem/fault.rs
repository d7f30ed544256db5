//! Problems of `faults`.

use super::near::Near;

problems! {
    /// What is wrong with a row of `faults`.
    FaultProblem {
        UnknownFault { name: String, near: Near } = "CFG1001": "no operation that this is for declares a fault `{name}`{near}";
            "`saponify inspect` shows the faults of an operation";
            "A row of `faults` names a fault that the WSDL does not declare (`wsdl:fault`) for the operation, or for any operation \
             where the row is the whole file's.".
        Everything = "CFG1002": "the row says nothing of what it is for";
            "`name`, `code`, `subcode`, `reason`, `from` or `when`";
            "A row of `faults` without any condition would be for every failure.".
        Nothing = "CFG1003": "the row says nothing of what becomes of the failure";
            "`as`, `status`, `http`, `error` or `fault`";
            "A row of `faults` changes nothing.".
        Status = "CFG1004": "expected `status: 0`";
            "a fault is no success; with `status: 0` SOAP clients get a response of the outward shape instead of a fault";
            "The only `status` that a row of `faults` may have is 0.".
        NotCommon = "CFG1005": "`status` needs a response with the outward shape";
            "`answer.common: true` in the operation, or `as` and `http` in the row";
            "With `status: 0` SOAP clients get a response with the error in it, which only a response of the outward shape has \
             room for.".
        Detail = "CFG1006": "`detail` needs `fault`";
            "say which declared fault this is the detail of";
            "The content of a detail is that of a declared fault.".
        NoMember { fault: String, name: String, near: Near } = "CFG1007": "the detail of `{fault}` has no `{name}`{near}";
            "`saponify inspect` shows the faults of an operation";
            "A row of `faults` gives a member that the contract's fault does not have.".
        NotRequired { fault: String, name: String } = "CFG1008": "the detail of `{fault}` needs `{name}`";
            "give it below `detail`";
            "The contract demands a member of the detail that the row does not give, so no such fault could ever be sent.".
        HttpStatus { status: u16 } = "CFG1009": "{status} is not an HTTP status of a failure";
            "400 to 599";
            "A failure is answered with an HTTP status from 400 to 599.".
    }
}
