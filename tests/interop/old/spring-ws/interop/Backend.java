package interop;

import java.util.Locale;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.wss4j.common.WSS4JConstants;
import org.apache.wss4j.common.cache.MemoryReplayCache;
import org.apache.wss4j.common.ext.WSPasswordCallback;
import org.apache.wss4j.dom.handler.RequestData;
import org.springframework.ws.context.MessageContext;
import org.springframework.ws.server.endpoint.annotation.Endpoint;
import org.springframework.ws.server.endpoint.annotation.PayloadRoot;
import org.springframework.ws.server.endpoint.annotation.RequestPayload;
import org.springframework.ws.server.endpoint.annotation.ResponsePayload;
import org.springframework.ws.soap.SoapBody;
import org.springframework.ws.soap.SoapMessage;
import org.springframework.ws.soap.security.wss4j2.Wss4jSecurityInterceptor;
import org.springframework.ws.soap.soap11.Soap11Body;
import org.springframework.ws.soap.soap12.Soap12Fault;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A BancBox backend on the servlet of Spring-WS. What it must do is told in ../../../README.md; WSS4J checks the token. */
final class Backend {
    private Backend() {
    }

    static String serve(Map<String, String> settings) throws Exception {
        Gate gate = new Gate(settings);
        gate.afterPropertiesSet();
        return Dispatcher.serve(settings, new Updater(), gate);
    }

    @Endpoint
    public static final class Updater {
        @PayloadRoot(namespace = "schema.bancbox.com", localPart = "updateClient")
        @ResponsePayload
        public Element update(@RequestPayload Element wrapper) throws Exception {
            Element request = Security.child(wrapper, "updateClientRequest");
            Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
            Element answer = document.createElementNS("schema.bancbox.com", "sch:updateClientResponse");
            Element part = child(answer, "return", "");
            child(part, "requestId", Long.toString(1700000000000L + Long.parseLong(Security.text(request, "subscriberId")) % 1000));
            if ("Fail".equals(Security.text(request, "firstName"))) {
                child(part, "status", "0");
                notice(part, "errors", "E-EXAMPLE-1", "first sample error");
                notice(part, "errors", "E-EXAMPLE-2", "second & last");
                return answer;
            }
            child(part, "status", "1");
            notice(part, "warnings", "W-ECHO", Security.text(request, "lastName"));
            child(part, "clientStatus", "ACTIVE");
            child(part, "cipStatus", "UNVERIFIED");
            return answer;
        }

        private static void notice(Element parent, String name, String code, String message) {
            Element notice = child(parent, name, "");
            child(notice, "code", code);
            child(notice, "message", message);
        }

        private static Element child(Element parent, String name, String text) {
            Element child = parent.getOwnerDocument().createElementNS(null, name);
            child.setTextContent(text);
            parent.appendChild(child);
            return child;
        }
    }

    /** Takes the token of the settings, of its type of password alone, and each nonce once. */
    private static final class Gate extends Wss4jSecurityInterceptor {
        private final Map<String, String> settings;
        private final MemoryReplayCache nonces = new MemoryReplayCache();

        Gate(Map<String, String> settings) {
            this.settings = settings;
            setValidationActions(settings.containsKey("TIMESTAMP") ? "Timestamp UsernameToken" : "UsernameToken");
            setValidationCallbackHandler(this::password);
            setSecureResponse(false);
            if (!settings.containsKey("AS_SHIPPED")) {
                setExceptionResolver(Gate::refuse);
            }
        }

        private void password(Callback[] asked) {
            for (Callback callback : asked) {
                // Others tell of a token that was taken.
                if (callback instanceof WSPasswordCallback) {
                    WSPasswordCallback password = (WSPasswordCallback) callback;
                    boolean known = settings.get("SOAP_USER").equals(password.getIdentifier());
                    password.setPassword(known ? settings.get("SOAP_PASSWORD") : null);
                }
            }
        }

        @Override
        protected RequestData initializeValidationRequestData(MessageContext context) {
            RequestData data = super.initializeValidationRequestData(context);
            boolean digest = settings.get("MODE").equals("digest");
            data.setRequiredPasswordType(digest ? WSS4JConstants.PASSWORD_DIGEST : WSS4JConstants.PASSWORD_TEXT);
            data.setNonceReplayCache(nonces);
            return data;
        }

        /** As shipped it blames the sender, without a code of WS-Security. */
        private static boolean refuse(MessageContext context, Object endpoint, Exception wrong) {
            String text = "The security token could not be authenticated or authorized";
            QName code = new QName(Answer.WSSE, "FailedAuthentication", "wsse");
            SoapBody body = ((SoapMessage) context.getResponse()).getSoapBody();
            if (body instanceof Soap11Body) {
                ((Soap11Body) body).addFault(code, text, Locale.ENGLISH);
            } else {
                ((Soap12Fault) body.addClientOrSenderFault(text, Locale.ENGLISH)).addFaultSubcode(code);
            }
            return true;
        }
    }
}
