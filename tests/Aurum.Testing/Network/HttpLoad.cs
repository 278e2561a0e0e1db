using System.Diagnostics;
using System.Net;

namespace Aurum.Testing.Network;

/// <summary>Many readers of a server at once, each with its next question as soon as the last is answered.</summary>
/// <param name="Refused">What was not answered with 200: how many times, by what came instead.</param>
/// <param name="P50">Half of the answers came within it.</param>
public sealed record HttpLoad(int Requests, IReadOnlyDictionary<string, int> Refused, TimeSpan P50, TimeSpan P99, TimeSpan Longest)
{
    /// <param name="paths">Asked in turn.</param>
    public static async Task<HttpLoad> RunAsync(HttpClient server, IReadOnlyList<string> paths, int requests, int readers)
    {
        var took = new TimeSpan[requests];
        var refused = new Dictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = readers }, async (number, stop) =>
        {
            var path = paths[number % paths.Count];
            var begun = Stopwatch.GetTimestamp();
            string? problem;
            try
            {
                using var answer = await server.GetAsync(path, stop);
                await answer.Content.CopyToAsync(Stream.Null, stop);
                problem = answer.StatusCode == HttpStatusCode.OK ? null : $"{path}: {(int)answer.StatusCode}";
            }
            catch (HttpRequestException exception)
            {
                problem = $"{path}: {exception.HttpRequestError}";
            }

            took[number] = Stopwatch.GetElapsedTime(begun);
            if (problem is not null)
            {
                lock (refused)
                {
                    refused[problem] = refused.GetValueOrDefault(problem) + 1;
                }
            }
        });
        Array.Sort(took);
        return new HttpLoad(requests, refused, took[requests / 2], took[requests * 99 / 100], took[^1]);
    }

    public override string ToString() => $"{Requests:N0} requests: p50 {P50.TotalMilliseconds:0.0} ms, p99 {P99.TotalMilliseconds:0.0} ms, the longest {Longest.TotalMilliseconds:0} ms";
}
