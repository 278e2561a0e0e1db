using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using Aurum.Host.Output;
using Aurum.Providers;
using Aurum.Providers.Http;

namespace Aurum.Host.Commands;

/// <summary><c>aurum explain</c>: what a saved response of a provider means.</summary>
internal static class ExplainCommand
{
    private const int LargestBodyBytes = 256 * 1024 * 1024;

    public static Command Create(Surroundings surroundings)
    {
        var provider = new Argument<string>("PROVIDER") { Description = "The provider that gave the response" };
        var file = new Argument<string>("FILE") { Description = "The body as it came; - for standard input" };
        var url = Arguments.Text("--url", "URL", "The address that was asked, with its query; an API key in it is not needed");
        url.Required = true;
        var status = Arguments.Text("--status", "N", "The HTTP status (default: 200)");
        var headers = new Option<string[]>("--header")
        {
            Description = "A header of the response, 'Name: value'; may be given several times",
            HelpName = "HEADER",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("explain", "Tell, as JSON lines, what is made of a saved response") { provider, file, url, status, headers };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(provider);
            var known = surroundings.Providers.FirstOrDefault(one => one.Descriptor.Name == name)
                ?? throw Bad($"PROVIDER: there is no provider \"{name}\"; expected one of {string.Join(", ", surroundings.Providers.Select(one => one.Descriptor.Name).Order(StringComparer.Ordinal))}");
            var response = ResponseOf(
                Status(parsed.GetValue(status)),
                parsed.GetValue(headers) ?? [],
                await BodyAsync(parsed.GetRequiredValue(file), surroundings, cancellationToken));
            var explained = known.Explain(Address(parsed.GetRequiredValue(url)!), response);
            await ExplanationWriter.WriteAsync(WithoutKey(explained, known.Descriptor.KeyVariable, surroundings), parsed.InvocationConfiguration.Output);
            return ExitCodes.Good;
        });
        return command;
    }

    /// <summary>A body may echo the key that is set here.</summary>
    private static FetchResult WithoutKey(FetchResult result, string? variable, Surroundings surroundings) =>
        result is FetchFailed { Failure: var failure } && variable is not null && surroundings.Environment.GetValueOrDefault(variable) is { Length: > 0 } key
            ? new FetchFailed(failure with { Detail = failure.Detail.Replace(key, "***", StringComparison.OrdinalIgnoreCase) })
            : result;

    /// <summary>A refused address is never shown: it may hold a key.</summary>
    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw Bad("--url: is no address; expected an absolute one of http or https, as it was asked");

    private static int Status(string? text) =>
        text is null ? 200
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599 ? status
        : throw Bad($"--status: \"{text}\" cannot be used; expected a status from 100 to 599");

    private static ProviderResponse ResponseOf(int status, string[] headers, ReadOnlyMemory<byte> body)
    {
        using var message = new HttpResponseMessage { Content = new ByteArrayContent([]) };
        foreach (var header in headers)
        {
            if (header.IndexOf(':', StringComparison.Ordinal) is var colon && (colon < 1 || !TryAdd(message, header[..colon].Trim(), header[(colon + 1)..].Trim())))
            {
                throw Bad($"--header: \"{header}\" cannot be used; expected 'Name: value', such as 'Content-Type: application/json'");
            }
        }

        var received = message.Headers.Date ?? TimeProvider.System.GetUtcNow();
        return ProviderResponse.Of(status, message, received, body);
    }

    private static bool TryAdd(HttpResponseMessage message, string name, string value)
    {
        HttpHeaders[] places = [message.Headers, message.Content.Headers];
        return places.Any(place => place.TryAddWithoutValidation(name, value));
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(string file, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = file == "-" ? Console.OpenStandardInput() : File.OpenRead(Path.GetFullPath(file, surroundings.CurrentDirectory));
            using var body = new MemoryStream();
            var block = new byte[64 * 1024];
            while (await source.ReadAsync(block, cancellationToken) is > 0 and var read)
            {
                if (body.Length + read > LargestBodyBytes)
                {
                    throw Bad($"{file}: is larger than {LargestBodyBytes / 1024 / 1024} MiB; expected one response");
                }

                body.Write(block, 0, read);
            }

            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(Path.GetFullPath(file, surroundings.CurrentDirectory)))
        {
            throw Bad($"{file}: is a directory; expected a file with one response");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Bad($"{file}: cannot be read: {unreadable.Message}");
        }
    }

    private static CommandException Bad(string message) => new(ExitCodes.BadRequest, message);
}
