package interop;

import jakarta.activation.DataHandler;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import jakarta.xml.ws.Holder;

/** The port of ../../../contract/bound.wsdl, for stacks with JAX-WS. */
@WebService(name = "P", targetNamespace = Referring.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public interface Bound {
    @WebMethod(operationName = "keep", action = "urn:keep")
    void keep(
            @WebParam(name = "keep", targetNamespace = Referring.NAMESPACE, partName = "body", mode = WebParam.Mode.INOUT) Holder<String> body,
            @WebParam(name = "photo", targetNamespace = "", partName = "photo", mode = WebParam.Mode.INOUT) Holder<DataHandler> photo,
            @WebParam(name = "scan", targetNamespace = "", partName = "scan", mode = WebParam.Mode.INOUT) Holder<DataHandler> scan);

    @WebMethod(operationName = "refer", action = "urn:refer")
    @WebResult(name = "referred", targetNamespace = Referring.NAMESPACE, partName = "body")
    Referring refer(@WebParam(name = "refer", targetNamespace = Referring.NAMESPACE, partName = "body") Referring refer);
}
