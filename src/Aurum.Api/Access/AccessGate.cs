using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serilog;

namespace Aurum.Api.Access;

/// <summary>On an endpoint: what who asks must be allowed. An endpoint that says nothing is for readers.</summary>
internal sealed record Needs(AccessRole? Role)
{
    /// <summary>Anybody who reaches the server: probes and metrics.</summary>
    public static readonly Needs Nothing = new((AccessRole?)null);

    public static readonly Needs Operator = new(AccessRole.Operate);
}

/// <summary>Lets in who may, and remembers who that is.</summary>
internal sealed class AccessGate(AccessList access, GuessBrake brake, ILogger logger)
{
    private const string Scheme = "Bearer ";
    private const int LongestToken = 512;

    public static Caller CallerOf(HttpContext context) => (Caller)context.Items[typeof(Caller)]!;

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var needed = context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { } needs ? needs.Role : AccessRole.Read;
        if (needed is { } role)
        {
            var caller = access.IsOpen ? Local(context) : Known(context);
            if (role == AccessRole.Operate && caller.Role != AccessRole.Operate)
            {
                throw new ProblemException(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden, $"the token of {caller.Name} may read; this needs one that may operate");
            }

            context.Items[typeof(Caller)] = caller;
        }

        return next(context);
    }

    /// <summary>A page of the Internet can have a browser on this machine ask under a name of its own; it cannot have it ask for localhost.</summary>
    private static Caller Local(HttpContext context)
    {
        var host = context.Request.Host.Host;
        return host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
            ? Caller.Local
            : throw new ProblemException(StatusCodes.Status421MisdirectedRequest, ProblemCodes.HostNotAllowed, "without tokens this server answers to localhost and to addresses of loopback only");
    }

    private Caller Known(HttpContext context)
    {
        var from = context.Connection.RemoteIpAddress;
        if (brake.IsHeld(from) is { } held)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(held.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            throw new ProblemException(StatusCodes.Status429TooManyRequests, ProblemCodes.TooManyGuesses, "too many wrong tokens came from this address; the header Retry-After says when one is looked at again");
        }

        var header = context.Request.Headers.Authorization;
        if (header is [{ } text] && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && text.Length <= Scheme.Length + LongestToken)
        {
            if (access.Find(text[Scheme.Length..].Trim()) is { } caller)
            {
                return caller;
            }

            brake.WrongFrom(from);
            logger.Warning("A wrong token came from {Address}", from);
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"aurum\"";
        throw new ProblemException(StatusCodes.Status401Unauthorized, ProblemCodes.Unauthorized, "expected the header Authorization: Bearer TOKEN with a token that this node knows");
    }
}
