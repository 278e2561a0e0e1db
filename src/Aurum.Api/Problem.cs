using System.Text.Json.Serialization;
using Akka.Actor;
using Aurum.Actors.Processing;
using Aurum.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serilog;

namespace Aurum.Api;

/// <summary>What programs tell problems by. They do not change; the texts beside them may.</summary>
public static class ProblemCodes
{
    public const string BadLetter = "bad_letter";
    public const string BadRequest = "bad_request";
    public const string Forbidden = "forbidden";
    public const string GateUnavailable = "gate_unavailable";
    public const string HostNotAllowed = "host_not_allowed";
    public const string Internal = "internal";
    public const string KafkaUnavailable = "kafka_unavailable";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string NoAnswer = "no_answer";
    public const string NotAcceptable = "not_acceptable";
    public const string NotFound = "not_found";
    public const string NotHere = "not_here";
    public const string NotNow = "not_now";
    public const string RunConflict = "run_conflict";
    public const string RunUnderWay = "run_under_way";
    public const string SeriesBusy = "series_busy";
    public const string SeriesPaused = "series_paused";
    public const string Starting = "starting";
    public const string StoreUnavailable = "store_unavailable";
    public const string Timeout = "timeout";
    public const string TooLarge = "too_large";
    public const string TooManyGuesses = "too_many_guesses";
    public const string TooManyRequests = "too_many_requests";
    public const string TooSlow = "too_slow";
    public const string Unauthorized = "unauthorized";
    public const string UnknownDeadLetter = "unknown_dead_letter";
    public const string UnknownMember = "unknown_member";
    public const string UnknownPipeline = "unknown_pipeline";
    public const string UnknownProvider = "unknown_provider";
    public const string UnknownRun = "unknown_run";
    public const string UnknownSeries = "unknown_series";
    public const string UnsupportedMediaType = "unsupported_media_type";
}

/// <summary>An answer that is no good one. The message is for people and holds no secret.</summary>
/// <param name="known">What would have been known, where something was not.</param>
internal sealed class ProblemException(int status, string code, string message, IReadOnlyList<string>? known = null) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public IReadOnlyList<string>? Known => known;
}

/// <summary>The body of every answer that is no good one (RFC 9457).</summary>
internal sealed record Problem(string Type, string Title, int Status, string Code, string Detail, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Known)
{
    public const string ContentType = "application/problem+json";

    public static Task WriteAsync(HttpContext context, int status, string code, string detail, IReadOnlyList<string>? known = null)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, code, detail, known), ApiJson.Options, ContentType);
    }
}

/// <summary>Turns whatever goes wrong below it into a problem, once.</summary>
internal sealed class ProblemWriter(ILogger logger)
{
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await OfStatusAsync(context, context.Response.StatusCode);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, exception);
        }
        catch (Exception exception)
        {
            // Half an answer must not look like a whole one.
            logger.Warning(exception, "The answer to {Path} broke off", context.Request.Path.Value);
            context.Abort();
        }
    }

    private Task WriteAsync(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ProblemException problem:
                return Problem.WriteAsync(context, problem.Status, problem.Code, problem.Message, problem.Known);
            case BadHttpRequestException bad:
                return OfStatusAsync(context, bad.StatusCode);
            case StorageException away:
                return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, ProblemCodes.StoreUnavailable, away.Message);
            case DeadLettersAwayException away:
                return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, ProblemCodes.KafkaUnavailable, away.Message);
            case AskTimeoutException:
                return Problem.WriteAsync(context, StatusCodes.Status504GatewayTimeout, ProblemCodes.NoAnswer, "the actor that knows does not answer; its node may be moving");
            default:
                logger.Error(exception, "The answer to {Method} {Path} failed", context.Request.Method, context.Request.Path.Value);
                return Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, ProblemCodes.Internal, "this is a bug; the node's log tells more");
        }
    }

    /// <summary>What Kestrel, routing and other middleware say with a number alone.</summary>
    private static Task OfStatusAsync(HttpContext context, int status)
    {
        var (code, detail) = status switch
        {
            StatusCodes.Status404NotFound => (ProblemCodes.NotFound, "there is nothing here; /openapi/v1.json lists what there is"),
            StatusCodes.Status405MethodNotAllowed => (ProblemCodes.MethodNotAllowed, "the header Allow lists what may be done here"),
            StatusCodes.Status408RequestTimeout => (ProblemCodes.TooSlow, "the body came too slowly"),
            StatusCodes.Status413PayloadTooLarge => (ProblemCodes.TooLarge, $"a body may have {Limits.LargestBodyBytes} bytes"),
            StatusCodes.Status415UnsupportedMediaType => (ProblemCodes.UnsupportedMediaType, "expected a body of application/json"),
            StatusCodes.Status504GatewayTimeout => (ProblemCodes.Timeout, "the answer took too long and was given up; ask for less"),
            _ => (ProblemCodes.BadRequest, "the request cannot be read; expected the parameters and the JSON body that /openapi/v1.json describes"),
        };
        return Problem.WriteAsync(context, status, code, detail);
    }
}
