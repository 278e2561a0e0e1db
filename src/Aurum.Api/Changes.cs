using System.Text.Json;
using Aurum.Api.Access;
using Aurum.Storage;
using Microsoft.AspNetCore.Http;
using Serilog;

namespace Aurum.Api;

/// <summary>Writes down what is asked to be changed, before it is: a change that nobody can account for is not made.</summary>
internal sealed class Changes(ServedNode node, TimeProvider time, ILogger logger)
{
    private const int LongestReason = 1_000;

    /// <param name="action">A few fixed words, in snake_case.</param>
    /// <param name="detail">What of the request is not said by the others.</param>
    /// <exception cref="StorageException">It cannot be written down.</exception>
    public async Task WriteDownAsync(HttpContext context, string action, string target, string? reason, object? detail = null)
    {
        if (reason?.Length > LongestReason)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, $"reason: is too long; expected at most {LongestReason} characters");
        }

        var caller = AccessGate.CallerOf(context);
        var from = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        await node.Require().Audit.AddAsync(
            new AuditEntry(time.GetUtcNow(), caller.Name, from, action, target, reason, detail is null ? null : JsonSerializer.Serialize(detail, ApiJson.Options)), context.RequestAborted);
        logger.Information("{Who} from {Address:l} asked for {Action:l} of {Target}: {Reason}", caller.Name, from, action, target, reason ?? "no reason given");
    }
}
