using System.Globalization;
using Aurum.Benchmarks;

// dotnet run -c Release --project tests/Aurum.Benchmarks -- NAME [--rows N]
var benchmarks = new Dictionary<string, (string Meaning, Func<int, Task<int>> Run)>
{
    ["first-load"] = ("rows from simulator to embedded store, against a bare loop, at N/10, N and 10 N rows", FirstLoad.RunAsync),
    ["shared-pages"] = ("pages that two hundred series share, into the embedded store, against what their provider allows", SharedPages.RunAsync),
    ["kafka"] = ("records into Kafka, the publisher's stage against a bare loop", KafkaLoad.RunAsync),
    ["postgres"] = ("rows into PostgreSQL, new and unchanged, against COPY and a staging table", StoreLoad.RunAsync),
    ["calls"] = ("requests of first and quiet collections, against each API's floor and against aurum plan", Calls.RunAsync),
    ["series"] = ("one node with 50,000 series: waking all of them, and the memory of a series awake and asleep", ManySeries.RunAsync),
    ["answers"] = ("requests to a node that collects, 20 at once, against 100 ms at p99", Answers.RunAsync),
    ["production"] = ("rows from simulator through Kafka into PostgreSQL at N and 10 N rows, catching up, latency", ProductionRoad.RunAsync),
};
if (args is not [var name, ..] || !benchmarks.TryGetValue(name, out var benchmark))
{
    Console.Error.WriteLine("usage: NAME [--rows N], with N 1000000 unless it is said, and one of these names:");
    foreach (var (known, (meaning, _)) in benchmarks)
    {
        Console.Error.WriteLine($"  {known,-12} {meaning}");
    }

    return 2;
}

var rows = args is [_, "--rows", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 1_000_000;
return await benchmark.Run(rows);
