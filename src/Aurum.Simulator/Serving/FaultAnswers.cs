namespace Aurum.Simulator.Serving;

/// <summary>The bodies of injected faults that do not come from the API itself.</summary>
internal static class FaultAnswers
{
    private const string Html = "text/html; charset=UTF-8";

    public static Answer? For(Fault fault, ISimulatedApi api) => fault.Kind switch
    {
        FaultKind.Status429WithSeconds => TooMany(api, new RetryAfter(fault.Seconds)),
        FaultKind.Status429WithDate => TooMany(api, new RetryAfter(fault.Seconds, AsDate: true)),
        FaultKind.Status500Html => Answer.Text(500, Html, Page("500 Internal Server Error", "The server encountered an internal error or misconfiguration and was unable to complete your request.")),
        FaultKind.Status502Html => Answer.Text(502, Html, Page("502 Proxy Error", "The proxy server received an invalid response from an upstream server.")),
        FaultKind.Status503Html => Answer.Text(503, Html, Page("503 Service Unavailable", "The server is temporarily unable to service your request due to maintenance downtime or capacity problems.")),
        FaultKind.Forbidden403Html => Answer.Text(403, Html, Page("Access Denied", "You don't have permission to access this resource on this server.")),
        FaultKind.WrongShape => Answer.Text(200, "application/json; charset=UTF-8", """{"status":"ok","items":[{"when":"2024-01-02","what":[1,2,3]}],"next":null}"""),
        FaultKind.EmptyBody => Answer.Text(200, "application/json; charset=UTF-8", ""),
        _ => null,
    };

    private static Answer TooMany(ISimulatedApi api, RetryAfter retryAfter)
    {
        using var real = api.TooManyRequests(ofTheDay: false);
        return Answer.Text(429, real.ContentType, System.Text.Encoding.UTF8.GetString(real.Body.Span), retryAfter);
    }

    private static string Page(string title, string text) =>
        $"<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{title}</title>\n</head><body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body></html>\n";
}
