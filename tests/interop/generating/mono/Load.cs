// Makes every proxy of an assembly: System.Web.Services reflects on the types only then.
using System;
using System.Reflection;
using System.Web.Services.Protocols;

public static class Load
{
    public static int Main(string[] given)
    {
        int proxies = 0;
        foreach (Type type in Assembly.LoadFrom(given[0]).GetTypes())
        {
            if (type.IsSubclassOf(typeof(SoapHttpClientProtocol)))
            {
                Activator.CreateInstance(type);
                proxies++;
            }
        }
        return proxies > 0 ? 0 : 1;
    }
}
