using System.Globalization;
using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>What a saved answer means, from its address alone: the question is read back and its answer parsed as always, with every series in it.</summary>
internal static class NoaaExplain
{
    private const string KnownAddresses =
        "known are …/data, …/stations, …/datatypes, …/datasets, …/datacategories, …/locations and …/locationcategories of Climate Data Online, and …/access/services/data/v1";

    private static readonly string[] Collections = ["data", "stations", "datatypes", "datasets", "datacategories", "locations", "locationcategories"];

    private static readonly string[] DayForms = ["yyyy-MM-dd", "yyyyMMdd"];

    public static FetchResult Of(Uri address, ProviderResponse response)
    {
        var question = Question.Of(address);
        if (question is null)
        {
            return Rejected($"the address is none of NOAA's; {KnownAddresses}");
        }

        if (NoaaErrors.Find(response) is { } failure)
        {
            return new FetchFailed(failure);
        }

        return ResponseTriage.ReadJson(response, body => NoaaErrors.FindIn(body, response) is { } told ? new FetchFailed(told) : question switch
        {
            { IsNcei: true } => Wide(question, body, response.ReceivedOn),
            { Collection: "data", Id: null } => Long(question, body, response.ReceivedOn),
            { Id: not null } => Single(question, body),
            _ => Listing(question, body),
        });
    }

    private static FetchResult Long(Question question, JsonElement body, DateOnly receivedOn)
    {
        if (question["datasetid"]?.ToUpperInvariant() is not { } dataset || !NoaaCodes.Datasets.Contains(dataset))
        {
            return Rejected($"the address names no data set that can be read; known are {string.Join(", ", NoaaCodes.Datasets)}");
        }

        var window = WindowOf(question["startdate"], question["enddate"]);
        var fetch = Everything(dataset, question["units"], NoaaTransport.Cdo, window);

        // Saved answers are often only the rows, cut out of what was around them.
        using var wrapped = body.ValueKind == JsonValueKind.Array ? JsonDocument.Parse($$"""{"results":{{body.GetRawText()}}}""") : null;
        return NoaaObservations.Parse(fetch, NoaaCursor.StartOf(window) with { Offset = question.Offset }, wrapped?.RootElement ?? body, receivedOn, question.Limit);
    }

    private static FetchResult Wide(Question question, JsonElement body, DateOnly receivedOn)
    {
        if (question["dataset"] is not { } name || NoaaCodes.DatasetOfNcei(name.ToLowerInvariant()) is not { } dataset)
        {
            return Rejected($"the address names no data set that can be read; known are {string.Join(", ", NoaaCodes.Datasets.Select(NoaaCodes.NceiName).OfType<string>())}");
        }

        var window = WindowOf(question["startDate"], question["endDate"]);
        return NceiObservations.Parse(Everything(dataset, question["units"], NoaaTransport.Ncei, window), window, body, receivedOn);
    }

    private static FetchResult Listing(Question question, JsonElement body)
    {
        NoaaListingFetch fetch = question.Collection switch
        {
            "stations" => FactsFetch(NoaaSubject.Stations, question.All("datatypeid") is [var type] ? type : NoaaFacts.Any, question),
            "datatypes" => FactsFetch(NoaaSubject.DataTypes, question.All("stationid") is [var station] ? station : NoaaFacts.Any, question),
            _ => new NoaaStationsFetch([], question.Collection, question.Collection),
        };
        var result = NoaaListing.Parse(fetch, string.Create(CultureInfo.InvariantCulture, $"{question.Offset};"), body, question.Limit);
        return result is Page page && question.Collection == "stations" ? page with { Catalog = EntriesOf(question, body) } : result;
    }

    /// <summary>A station is no series, but a station of one data set and one data type is.</summary>
    private static IReadOnlyList<CatalogEntry> EntriesOf(Question question, JsonElement body) =>
        SeriesOf(question) is { } seriesOf && body.TryGetProperty("results", out var results)
            ? [.. results.EnumerateArray().SelectMany((station, index) => NoaaStation.Entries([seriesOf(station.RequiredString("id", $"$.results[{index}]"))], station, $"$.results[{index}]"))]
            : [];

    private static Func<string, SeriesDefinition>? SeriesOf(Question question) =>
        question["datasetid"]?.ToUpperInvariant() is { } dataset && NoaaCodes.Datasets.Contains(dataset) && question.All("datatypeid") is [var type]
            ? station => new NoaaDataset("explained", null, 0, dataset, "metric", null, null).Series(station.ToUpperInvariant(), type.ToUpperInvariant(), null)
            : null;

    /// <summary>A single item is a bare object; filters beside it mean nothing. An unknown one is an empty object.</summary>
    private static Page Single(Question question, JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object && !body.EnumerateObject().Any())
        {
            return new Page([], [], Count: 0);
        }

        var id = body.RequiredString("id", "$");
        body.RequiredString("name", "$");
        if (question.Collection != "stations")
        {
            return new Page([], [], Count: 1);
        }

        if (!NoaaDataset.IsStation(id))
        {
            throw new MalformedBodyException("$.id", $"a station id, not \"{ProviderJson.Shorten(id)}\"");
        }

        var facts = NoaaFacts.OfStations(NoaaFacts.Any, new NoaaEnvelope([], 1, null), [], [(NoaaDataset.WithNamespace(id), NoaaListing.SpanOf(body, "$"))]);
        return new Page([], [], Facts: facts, Count: 1);
    }

    private static NoaaFactsFetch FactsFetch(NoaaSubject subject, string about, Question question) =>
        new(question.Collection, question.Collection, subject, about.Replace(' ', '_'), [], 0);

    private static NoaaObservationsFetch Everything(string dataset, string? units, NoaaTransport transport, Window window) =>
        new([], "explained", dataset, units is "standard" ? "standard" : units is null ? null : "metric", transport, [], [window]) { TakesAll = true };

    private static Window WindowOf(string? start, string? end) =>
        DayOf(start) is { } from && DayOf(end) is { Year: < 9999 } to && from <= to
            ? new Window(from.AtMidnightUtc(), to.AddDays(1).AtMidnightUtc())
            : new Window(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), DateTime.MaxValue);

    private static DateOnly? DayOf(string? text) =>
        text?.Split('T')[0] is { } day && DateOnly.TryParseExact(day, DayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private static FetchFailed Rejected(string detail) => new(new Failure(FailureKind.Rejected, detail));

    /// <summary>An address read back.</summary>
    private sealed record Question(string Collection, string? Id, bool IsNcei, ILookup<string, string> Parameters)
    {
        private const int UnaskedLimit = 25;

        public string? this[string parameter] => Parameters[parameter].FirstOrDefault();

        public long Offset => Number("offset", 1, 1, 1_000_000_000);

        public int Limit => (int)Number("limit", UnaskedLimit, 1, NoaaProvider.PageLength);

        public IReadOnlyList<string> All(string parameter) => [.. Parameters[parameter]];

        /// <summary>Null when the path is none that is known. Whatever stands before the known end of a path is a prefix.</summary>
        public static Question? Of(Uri address)
        {
            var text = (address.IsAbsoluteUri ? address.PathAndQuery : address.OriginalString).Split('#')[0];
            var (path, query) = text.Split('?', 2) is [var before, var after] ? (before, after) : (text, "");
            var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2))
                .ToLookup(pair => Uri.UnescapeDataString(pair[0]), pair => pair.Length == 2 ? Uri.UnescapeDataString(pair[1]) : "", StringComparer.OrdinalIgnoreCase);
            var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return string.Join('/', parts.TakeLast(4)) == NoaaRequest.NceiPath ? new Question("data", null, true, parameters)
                : parts is [.., var collection] && Collections.Contains(collection) ? new Question(collection, null, false, parameters)
                : parts is [.., var items, var id] && items != "data" && Collections.Contains(items) ? new Question(items, Uri.UnescapeDataString(id), false, parameters)
                : null;
        }

        private long Number(string parameter, long fallback, long atLeast, long atMost) =>
            long.TryParse(this[parameter], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, atLeast, atMost) : fallback;
    }
}
