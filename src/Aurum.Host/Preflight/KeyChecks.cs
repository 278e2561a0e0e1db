using Aurum.Api.Routes;
using Aurum.Domain;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Aurum.Host.Operating;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Preflight;

/// <summary>Whether providers answer and take the keys: through the gate of a node where one runs, else past all gates, which is safe only then.</summary>
internal sealed class KeyChecks(IDeployment deployment, NodeClient node)
{
    private const string WhyNot = "look again when it can be asked";

    public async Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyList<ConfiguredProvider> providers, string dataDirectory, PostgresDsn? database, CancellationToken stop)
    {
        var names = providers.Select(provider => provider.Provider.Descriptor.Name).ToArray();
        try
        {
            var ready = await node.GetAsync("/startupz", stop);
            var asked = await Task.WhenAll(names.Select(name => AskNodeAsync(name, stop)));
            return [Finding.Good("node", $"{ready.From} runs; keys are tried through its gates"), .. asked.SelectMany(findings => findings)];
        }
        catch (NodeAwayException away) when (node.Address.IsNamed)
        {
            return [Finding.Failed("node", away.Message, "start it, or unset AURUM_API_URL to have the keys tried without it", ExitCodes.OutsideSystemMissing)];
        }
        catch (NodeAwayException)
        {
            var answers = await deployment.AskProvidersAsync(providers, dataDirectory, database, stop);
            return [Finding.Good("node", $"none answers at {node.Address}; keys are tried without one"), .. answers.SelectMany(Of)];
        }
        catch (NodeRefusedException refused)
        {
            return [Finding.Warning("node", refused.Message, "keys were not tried; do so when it has started and takes the token of AURUM_ADMIN_TOKEN")];
        }
    }

    private async Task<IEnumerable<Finding>> AskNodeAsync(string provider, CancellationToken stop)
    {
        try
        {
            var answer = (await node.PostAsync(NodePath.Of($"/v1/admin/external/providers/{provider}/check"), new { reason = "preflight" }, stop)).Read<KeyCheck>();
            var failure = answer.Good ? null : new Failure(answer.Kind ?? FailureKind.Transient, answer.Detail ?? "no reason given");
            return Of(new ProviderAnswer(provider, null, failure, answer.ClockAheadSeconds is { } ahead ? TimeSpan.FromSeconds(ahead) : null));
        }
        catch (NodeRefusedException refused)
        {
            return Of(new ProviderAnswer(provider, refused.Message, null, null));
        }
    }

    private static IEnumerable<Finding> Of(ProviderAnswer answer)
    {
        var check = $"key {answer.Provider}";
        yield return answer switch
        {
            { NotAsked: { } why } => Finding.Warning(check, $"was not tried: {why}", WhyNot),
            { Failure: null } => Finding.Good(check, "the provider answers and takes it"),
            { Failure.Kind: FailureKind.Rejected } => Finding.Failed(check, $"{answer.Failure.Kind}: {answer.Failure.Detail}", "set a key that is valid, and an address that is the provider's", ExitCodes.SomeFailed),
            { Failure.Kind: FailureKind.Throttled } => Finding.Warning(check, $"{answer.Failure.Kind}: {answer.Failure.Detail}", "somebody else uses the same key, or rate_limit is set too high"),
            _ => Finding.Failed(check, $"{answer.Failure.Kind}: {answer.Failure.Detail}", "see that the provider is reached from here (proxy, firewall, DNS) and is well", ExitCodes.SomeFailed),
        };
        if (answer.ClockAhead is { } ahead)
        {
            yield return SystemChecks.OfProviderClock(answer.Provider, ahead);
        }
    }
}
