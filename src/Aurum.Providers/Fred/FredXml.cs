using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Aurum.Providers.Http;

namespace Aurum.Providers.Fred;

/// <summary>
/// FRED's XML, which it sends unless asked for JSON, said in its JSON: attributes become keys, elements the list that is named for
/// the root.
/// </summary>
internal static class FredXml
{
    /// <summary>Names of roots; the list of each has the same key in JSON.</summary>
    private static readonly string[] Roots =
    [
        "observations", "seriess", "vintage_dates", "categories", "releases", "release_dates", "sources", "tags",
    ];

    /// <summary>The same response with its body in JSON; the response itself where the body is no answer in FRED's XML.</summary>
    public static ProviderResponse AsJson(ProviderResponse response)
    {
        var body = ResponseTriage.Trimmed(response.Body);
        if (response.Status != 200 || body.IsEmpty || body.Span[0] != (byte)'<')
        {
            return response;
        }

        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.ToArray()));
            var root = XDocument.Load(reader).Root!;
            return Roots.Contains(root.Name.LocalName) ? response with { Body = Encoding.UTF8.GetBytes(Json(root).ToJsonString()) } : response;
        }
        catch (XmlException)
        {
            return response;
        }
    }

    private static JsonObject Json(XElement root)
    {
        var json = Attributes(root);
        json[root.Name.LocalName] = new JsonArray([.. root.Elements().Select(element => Item(root.Name.LocalName, element))]);
        return json;
    }

    private static JsonNode Item(string list, XElement element)
    {
        if (list == "vintage_dates")
        {
            return JsonValue.Create(element.Value);
        }

        var item = Attributes(element);
        if (list == "release_dates")
        {
            item["date"] = element.Value;
        }

        return item;
    }

    private static JsonObject Attributes(XElement element) =>
        new(element.Attributes().GroupBy(attribute => attribute.Name.LocalName).Select(same => KeyValuePair.Create(same.Key, (JsonNode?)JsonValue.Create(same.First().Value))));
}
