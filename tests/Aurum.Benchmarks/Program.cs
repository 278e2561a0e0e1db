using System.Globalization;
using Aurum.Benchmarks;

// dotnet run -c Release --project tests/Aurum.Benchmarks -- first-load [--rows N]
if (args is not ["first-load", ..])
{
    Console.Error.WriteLine("usage: first-load [--rows N]   rows from simulator to store, against a bare loop, at N/10, N and 10 N rows");
    return 2;
}

var rows = args is [_, "--rows", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 1_000_000;
return await FirstLoad.RunAsync(rows);
