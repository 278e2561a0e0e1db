namespace Aurum.Providers.Http;

/// <summary>GET requests of APIs that take their key as the query parameter <c>api_key</c>.</summary>
internal static class KeyedQuery
{
    /// <param name="path">Relative to the base address, escaped where it needs to be.</param>
    public static HttpRequestMessage Get(ProviderAccess access, string path, IEnumerable<(string Name, string Value)> parameters)
    {
        var keyed = access.Key is { } key ? parameters.Append(("api_key", key)) : parameters;
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(access.BaseAddress, $"{path}?{Text(keyed)}"));
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    public static string Text(IEnumerable<(string Name, string Value)> parameters) =>
        string.Join('&', parameters.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));
}
