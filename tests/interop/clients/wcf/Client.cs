// One updateClient call through Mono's WCF. What the environment means is told in ../../README.md.
using System;
using System.IO;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Xml;

static class Client
{
    const string Contract = "schema.bancbox.com";
    public const string Wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    const string PasswordText = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

    public static string Setting(string name, string otherwise)
    {
        return Environment.GetEnvironmentVariable(name) ?? otherwise;
    }

    static void Need(bool condition, string what, string seen)
    {
        if (condition)
            return;
        Console.Error.WriteLine("not so: " + what + "; seen: " + seen);
        Environment.Exit(1);
    }

    static int Main()
    {
        var version = Version();
        var binding = new CustomBinding(new TextMessageEncodingBindingElement { MessageVersion = version }, new HttpTransportBindingElement());
        var factory = binding.BuildChannelFactory<IRequestChannel>();
        factory.Open();
        // What is left of the URL of the contract is the address.
        var channel = factory.CreateChannel(new EndpointAddress(Setting("WSDL_URL", "").Split('?')[0]));
        channel.Open();
        var request = Message.CreateMessage(version, Setting("ACTION", ""), new Body(Setting("SAMPLE_XML", "")));
        request.Headers.Add(new Token());
        // Mono writes WCF's own name of the anonymous address, so that there is no ReplyTo, which means the same.
        if (version.Addressing != AddressingVersion.None)
            request.Headers.MessageId = new UniqueId();
        Check(channel.Request(request, TimeSpan.FromSeconds(15)));
        return 0;
    }

    static MessageVersion Version()
    {
        var envelope = Setting("SOAP_VERSION", "1.1") == "1.2" ? EnvelopeVersion.Soap12 : EnvelopeVersion.Soap11;
        var addressing = AddressingVersion.None;
        switch (Setting("ADDRESSING", ""))
        {
            case "1":
                addressing = AddressingVersion.WSAddressing10;
                break;
            case "2004":
                addressing = AddressingVersion.WSAddressingAugust2004;
                break;
        }
        return MessageVersion.CreateVersion(envelope, addressing);
    }

    static void Check(Message answer)
    {
        string expected = Setting("EXPECT", "success");
        if (answer.IsFault)
        {
            var code = MessageFault.CreateFault(answer, 65536).Code;
            code = code.SubCode ?? code;
            Need(expected == "auth-fault", expected + " was expected", code.Namespace + " " + code.Name);
            Need(code.Namespace == Wsse, "the fault code is in the wsse namespace", code.Namespace);
            Need(code.Name == "FailedAuthentication" || code.Name == "InvalidSecurityToken", "the code says failed authentication", code.Name);
            return;
        }
        Need(expected == "success", "a wsse fault was expected", answer.ToString());
        var document = new XmlDocument();
        document.Load(answer.GetReaderAtBodyContents());
        var root = document.DocumentElement;
        Need(root.LocalName == "updateClientResponse" && root.NamespaceURI == Contract, "the answer is that of the operation", root.OuterXml);
        var status = root.SelectSingleNode("return/status");
        Need(status != null && status.InnerText == "1", "status is 1", root.OuterXml);
    }

    sealed class Body : BodyWriter
    {
        readonly string file;

        public Body(string file) : base(true)
        {
            this.file = file;
        }

        protected override void OnWriteBodyContents(XmlDictionaryWriter writer)
        {
            var sample = new XmlDocument();
            sample.Load(file);
            writer.WriteStartElement("q", "updateClient", Contract);
            writer.WriteStartElement("updateClientRequest", "");
            foreach (XmlNode child in sample.DocumentElement.ChildNodes)
                child.WriteTo(writer);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
    }

    sealed class Token : MessageHeader
    {
        public override string Name { get { return "Security"; } }
        public override string Namespace { get { return Wsse; } }
        public override bool MustUnderstand { get { return true; } }

        protected override void OnWriteHeaderContents(XmlDictionaryWriter writer, MessageVersion version)
        {
            writer.WriteStartElement("UsernameToken", Wsse);
            writer.WriteElementString("Username", Wsse, Setting("SOAP_USER", ""));
            writer.WriteStartElement("Password", Wsse);
            writer.WriteAttributeString("Type", PasswordText);
            writer.WriteString(Setting("SOAP_PASSWORD", ""));
            writer.WriteEndElement();
            writer.WriteEndElement();
        }
    }
}
