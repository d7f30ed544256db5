// One updateClient call through Mono's wsdl.exe client. What the environment means is told in ../../README.md.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Web.Services.Protocols;
using System.Xml;
using System.Xml.Serialization;

public static class Client
{
    const string Wss = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    internal const string Wsse = Wss + "wssecurity-secext-1.0.xsd";
    const string Wsu = Wss + "wssecurity-utility-1.0.xsd";

    public static int Main()
    {
        try
        {
            Call(Setting("EXPECT", "success"));
            return 0;
        }
        catch (NotSo wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 1;
        }
    }

    static void Call(string expected)
    {
        var port = new Port { Timeout = 15000, Url = Address(Setting("WSDL_URL", "")) };
        // The stub is made of a contract of SOAP 1.1: of one of SOAP 1.2 alone, wsdl.exe makes no class.
        if (Setting("SOAP_VERSION", "1.1") == "1.2")
            port.SoapVersion = SoapProtocolVersion.Soap12;
        try
        {
            var answer = port.updateClient(Sample());
            if (expected == "success")
                CheckSuccess(answer);
            else if (expected == "business-failure")
                CheckFailure(answer);
            else
                Need(false, "a wsse fault was expected", answer.status);
        }
        catch (SoapException fault)
        {
            CheckFault(expected, fault);
        }
    }

    // The stub was made when this was compiled: all that is read of the contract is the address.
    static string Address(string url)
    {
        var contract = new XmlDocument();
        contract.Load(url);
        return contract.GetElementsByTagName("*").OfType<XmlElement>().First(e => e.LocalName == "address").GetAttribute("location");
    }

    static updateClientRequest Sample()
    {
        var root = new XmlRootAttribute("updateClientRequest") { Namespace = "schema.bancbox.com" };
        using (var file = File.OpenRead(Setting("SAMPLE_XML", "")))
            return (updateClientRequest)new XmlSerializer(typeof(updateClientRequest), root).Deserialize(file);
    }

    internal static void WriteSecurity(XmlWriter writer, string soap)
    {
        var now = DateTime.UtcNow;
        var nonce = new byte[16];
        RandomNumberGenerator.Create().GetBytes(nonce);
        var digest = Setting("MODE", "text") == "digest";
        var password = Setting("SOAP_PASSWORD", "");
        writer.WriteStartElement("wsse", "Security", Wsse);
        writer.WriteAttributeString("mustUnderstand", soap, "1");
        if (Given("TIMESTAMP"))
        {
            writer.WriteStartElement("wsu", "Timestamp", Wsu);
            writer.WriteElementString("Created", Wsu, Zulu(now));
            writer.WriteElementString("Expires", Wsu, Zulu(now.AddMinutes(5)));
            writer.WriteEndElement();
        }
        writer.WriteStartElement("UsernameToken", Wsse);
        writer.WriteElementString("Username", Wsse, Setting("SOAP_USER", ""));
        writer.WriteStartElement("Password", Wsse);
        writer.WriteAttributeString("Type", Wss + "username-token-profile-1.0#" + (digest ? "PasswordDigest" : "PasswordText"));
        writer.WriteString(digest ? Digested(nonce, Zulu(now), password) : password);
        writer.WriteEndElement();
        if (digest || Given("NONCE"))
        {
            writer.WriteStartElement("Nonce", Wsse);
            writer.WriteAttributeString("EncodingType", Wss + "soap-message-security-1.0#Base64Binary");
            writer.WriteString(Convert.ToBase64String(nonce));
            writer.WriteEndElement();
            writer.WriteElementString("Created", Wsu, Zulu(now));
        }
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    static string Digested(byte[] nonce, string created, string password)
    {
        var all = nonce.Concat(Encoding.UTF8.GetBytes(created + password)).ToArray();
        return Convert.ToBase64String(SHA1.Create().ComputeHash(all));
    }

    static string Zulu(DateTime time)
    {
        return time.ToString("yyyy-MM-ddTHH:mm:ssZ");
    }

    static void CheckSuccess(updateClientResponse answer)
    {
        Need(answer.status == 1, "status is 1", answer.status);
        CheckRequestId(answer.requestId.ToString());
        Need(answer.clientStatus == "ACTIVE", "clientStatus is ACTIVE", answer.clientStatus);
        Need(answer.errors == null || answer.errors.Length == 0, "no errors", answer.errors);
        var texts = string.Join("|", (answer.warnings ?? new notice[0]).Select(warning => warning.message));
        Need(!Given("EXPECT_ECHO") || texts == Setting("EXPECT_ECHO", ""), "the last name comes back", texts);
    }

    static void CheckFailure(updateClientResponse answer)
    {
        Need(answer.status == 0, "status is 0", answer.status);
        CheckRequestId(answer.requestId.ToString());
        Need(answer.clientStatus == null, "no clientStatus", answer.clientStatus);
        var errors = answer.errors ?? new notice[0];
        Need(errors.Length >= int.Parse(Setting("EXPECT_ERRORS", "1")), "errors are listed", errors.Length);
        Need(errors.All(error => error.code != null && error.message != null), "each error has code and message", errors.Length);
    }

    static void CheckRequestId(string id)
    {
        Need(id.Length == 13, "requestId has 13 digits", id);
        Need(id == Setting("EXPECT_REQUEST_ID", id), "requestId is exact", id);
    }

    // SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode.
    static void CheckFault(string expected, SoapException fault)
    {
        Need(expected == "auth-fault", expected + " was expected", fault.Message);
        var code = fault.SubCode == null ? fault.Code : fault.SubCode.Code;
        Need(code.Namespace == Wsse, "the fault code is in the wsse namespace", code);
        Need(code.Name == "FailedAuthentication" || code.Name == "InvalidSecurityToken", "the code says failed authentication", code);
    }

    internal static bool Given(string name)
    {
        return Environment.GetEnvironmentVariable(name) != null;
    }

    static string Setting(string name, string otherwise)
    {
        return Environment.GetEnvironmentVariable(name) ?? otherwise;
    }

    static void Need(bool condition, string what, object seen)
    {
        if (!condition)
            throw new NotSo("not so: " + what + "; seen: " + Regex.Replace((seen ?? "nothing").ToString(), @"\s+", " "));
    }

    class NotSo : Exception
    {
        public NotSo(string message) : base(message) { }
    }
}

/// The stub with a Security header, which the contract does not have.
class Port : BBXPortService
{
    protected override XmlWriter GetWriterForMessage(SoapClientMessage message, int bufferSize)
    {
        return new Securing(message.Stream);
    }
}

/// Writes the header where the body begins.
class Securing : XmlTextWriter
{
    public Securing(Stream stream) : base(stream, new UTF8Encoding(false)) { }

    public override void WriteStartElement(string prefix, string name, string space)
    {
        if (name == "Body" && space != null && space.Contains("/soap"))
        {
            base.WriteStartElement(prefix, "Header", space);
            Client.WriteSecurity(this, space);
            base.WriteEndElement();
        }
        base.WriteStartElement(prefix, name, space);
    }
}
