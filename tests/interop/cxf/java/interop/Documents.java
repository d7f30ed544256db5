package interop;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;

/** The port of ../../../../attachments/contract.wsdl, for stacks with JAX-WS. */
@WebService(name = "P", targetNamespace = Document.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public interface Documents {
    @WebMethod(operationName = "store", action = "urn:store")
    @WebResult(name = "stored", targetNamespace = Document.NAMESPACE, partName = "p")
    Document store(@WebParam(name = "store", targetNamespace = Document.NAMESPACE, partName = "p") Document document);
}
