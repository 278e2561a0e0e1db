using Microsoft.AspNetCore.Http;

namespace Aurum.Simulator.Serving;

/// <summary>One request as a simulated API sees it.</summary>
/// <param name="Path">Below the API's root, unescaped, without slashes at its ends.</param>
/// <param name="Token">NOAA's <c>token</c> header.</param>
/// <param name="Authorization">The header of that name, as FRED's version 2 wants it.</param>
internal sealed record ApiRequest(string Path, IQueryCollection Query, string? Token, string? Authorization)
{
    /// <summary>A parameter's first value; null when it is absent or empty.</summary>
    public string? this[string parameter] => Query.TryGetValue(parameter, out var values) && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    public IReadOnlyList<string> All(string parameter) =>
        Query.TryGetValue(parameter, out var values) ? [.. values.Where(value => !string.IsNullOrEmpty(value)).Select(value => value!)] : [];

    /// <summary>A whole number at least zero; null when the parameter's text is none.</summary>
    public int? Number(string parameter, int fallback) =>
        this[parameter] is not { } text ? fallback : int.TryParse(text, out var number) && number >= 0 ? number : null;
}

/// <summary>One simulated API.</summary>
internal interface ISimulatedApi
{
    /// <summary>Short name as in <c>SeriesId.Provider</c>.</summary>
    string Provider { get; }

    /// <summary>Path of its root on the server, with slashes at both ends.</summary>
    string Root { get; }

    /// <summary>The series of a code as in the system's series ids; null when there is none.</summary>
    Values.SimulatedSeries? Find(string code);

    Answer Serve(ApiRequest request);

    /// <summary>What the API says beyond its limit.</summary>
    Answer TooManyRequests(bool ofTheDay);
}
