package interop;

import jakarta.xml.soap.MessageFactory;
import jakarta.xml.soap.SOAPConstants;
import java.net.URI;
import java.net.URL;
import java.util.Iterator;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.transform.dom.DOMResult;
import javax.xml.transform.dom.DOMSource;
import org.springframework.ws.client.core.WebServiceMessageCallback;
import org.springframework.ws.client.core.WebServiceTemplate;
import org.springframework.ws.client.support.interceptor.ClientInterceptor;
import org.springframework.ws.soap.SoapFault;
import org.springframework.ws.soap.addressing.client.ActionCallback;
import org.springframework.ws.soap.addressing.version.Addressing10;
import org.springframework.ws.soap.client.SoapFaultClientException;
import org.springframework.ws.soap.saaj.SaajSoapMessageFactory;
import org.springframework.ws.soap.security.wss4j2.Wss4jSecurityInterceptor;
import org.springframework.ws.soap.soap12.Soap12Fault;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** One updateClient call through a WebServiceTemplate of Spring-WS, which sends and reads XML as it is; WSS4J makes the header. */
final class Client {
    private Client() {
    }

    static String call(Map<String, String> settings) throws Exception {
        WebServiceTemplate template = new WebServiceTemplate(factory(settings));
        template.setInterceptors(new ClientInterceptor[] {security(settings)});
        // Spring-WS reads no WSDL when it runs: the address is all that a program needs of it.
        template.setDefaultUri(Addresses.of(new URL(settings.get("WSDL_URL"))));
        DOMResult result = new DOMResult();
        try {
            template.sendSourceAndReceiveToResult(new DOMSource(request(settings)), properties(settings), result);
        } catch (SoapFaultClientException thrown) {
            return Answer.checkFault(settings, code(thrown.getSoapFault()), thrown.getMessage());
        }
        return answer(((Document) result.getNode()).getDocumentElement()).check(settings);
    }

    /** Adds the properties of WS-Addressing, where they are wanted. */
    private static WebServiceMessageCallback properties(Map<String, String> settings) throws Exception {
        if (!settings.containsKey("ADDRESSING")) {
            return message -> { };
        }
        URI to = new URI(Addresses.of(new URL(settings.get("WSDL_URL"))));
        return new ActionCallback(new URI(settings.get("ACTION")), new Addressing10(), to);
    }

    static SaajSoapMessageFactory factory(Map<String, String> settings) throws Exception {
        boolean soap12 = settings.get("SOAP_VERSION").equals("1.2");
        String protocol = soap12 ? SOAPConstants.SOAP_1_2_PROTOCOL : SOAPConstants.SOAP_1_1_PROTOCOL;
        SaajSoapMessageFactory factory = new SaajSoapMessageFactory(MessageFactory.newInstance(protocol));
        factory.afterPropertiesSet();
        return factory;
    }

    private static Wss4jSecurityInterceptor security(Map<String, String> settings) throws Exception {
        Wss4jSecurityInterceptor security = new Wss4jSecurityInterceptor();
        boolean digest = settings.get("MODE").equals("digest");
        security.setSecurementActions(settings.containsKey("TIMESTAMP") ? "Timestamp UsernameToken" : "UsernameToken");
        security.setSecurementUsername(settings.get("SOAP_USER"));
        security.setSecurementPassword(settings.get("SOAP_PASSWORD"));
        security.setSecurementPasswordType(digest ? "PasswordDigest" : "PasswordText");
        security.setSecurementUsernameTokenNonce(settings.containsKey("NONCE"));
        security.setSecurementUsernameTokenCreated(settings.containsKey("NONCE"));
        security.setValidationActions(settings.containsKey("RESPONSE_TIMESTAMP") ? "Timestamp" : "NoSecurity");
        security.setValidateResponse(settings.containsKey("RESPONSE_TIMESTAMP"));
        security.afterPropertiesSet();
        return security;
    }

    /** The wrapper of RPC, and in it the part. */
    private static Document request(Map<String, String> settings) throws Exception {
        Element given = Security.request(settings);
        Document document = given.getOwnerDocument();
        document.removeChild(given);
        Element wrapper = document.createElementNS("schema.bancbox.com", "sch:updateClient");
        Element part = document.createElementNS(null, "updateClientRequest");
        document.appendChild(wrapper).appendChild(part);
        while (given.hasChildNodes()) {
            part.appendChild(given.getFirstChild());
        }
        return document;
    }

    private static Answer answer(Element wrapper) {
        Element part = Security.child(wrapper, "return");
        int status = Integer.parseInt(Security.text(part, "status"));
        Answer answer = new Answer(status, Long.parseLong(Security.text(part, "requestId")), Security.text(part, "clientStatus"));
        for (Node node = part.getFirstChild(); node != null; node = node.getNextSibling()) {
            if ("warnings".equals(node.getLocalName())) {
                answer.warning(Security.text((Element) node, "code"), Security.text((Element) node, "message"));
            } else if ("errors".equals(node.getLocalName())) {
                answer.error(Security.text((Element) node, "code"), Security.text((Element) node, "message"));
            }
        }
        return answer;
    }

    private static QName code(SoapFault fault) {
        QName code = fault.getFaultCode();
        if (fault instanceof Soap12Fault) {
            for (Iterator<QName> more = ((Soap12Fault) fault).getFaultSubcodes(); more.hasNext();) {
                code = more.next();
            }
        }
        return code;
    }
}
