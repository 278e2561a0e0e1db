using System.CommandLine;
using Aurum.Actors;
using Aurum.Actors.Collection;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Microsoft.Extensions.Logging;

namespace Aurum.Host.Commands;

/// <summary><c>aurum run</c>: collects from the real providers, once or again and again.</summary>
internal static class RunCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var providers = Arguments.Names("--providers", "NAMES", "Only these, separated by commas (default: all that are configured and have their key)");
        var loop = Arguments.Flag("--loop", "Collect again and again until stopped");
        var interval = Arguments.Seconds("--interval", "From one collection to the next, with --loop (default: each provider's schedule.incremental)");
        var catalogOnly = Arguments.Flag("--catalog-only", "Only what is known about the series");
        var observationsOnly = Arguments.Flag("--observations-only", "Only the observations");
        var roles = Arguments.Names("--roles", "ROLES", "What this node does: collector, processor, api (default: $AURUM_ROLES, else all)");
        var seeds = Arguments.Names("--seed-nodes", "NODES", "HOST:PORT of nodes to form a cluster with (default: $AURUM_SEED_NODES, else alone)");
        var host = Arguments.Text("--node-host", "HOST", "How other nodes reach this one (default: $AURUM_NODE_HOST, else the host's name)");
        var port = Arguments.Port("--node-port", "The port for other nodes (default: $AURUM_NODE_PORT, else 4053)");
        var logLevel = Arguments.LogLevel(otherwise: "info");
        var logFormat = Arguments.LogFormat();
        var config = Arguments.ConfigDirectory();
        var data = Arguments.DataDirectory();
        var command = new Command("run", "Collect from the providers and exit, or go on with --loop")
        {
            providers, loop, interval, catalogOnly, observationsOnly, roles, seeds, host, port, logLevel, logFormat, config, data,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(interval) is not null && result.GetResult(loop) is null)
            {
                result.AddError("--interval: means nothing without --loop; expected both or none");
            }

            if (result.GetResult(catalogOnly) is not null && result.GetResult(observationsOnly) is not null)
            {
                result.AddError("--catalog-only and --observations-only leave nothing to collect; expected at most one of them");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var directory = Arguments.ConfigDirectory(parsed.GetValue(config), surroundings);
            var dataDirectory = Arguments.DataDirectory(parsed.GetValue(data), surroundings);
            var road = RoadConfiguration.Load(directory, surroundings.CurrentDirectory, surroundings.Environment);
            var goesOn = parsed.GetValue(loop);
            var does = Roles(parsed.GetValue(roles), road, goesOn, surroundings);
            var http = goesOn ? HttpConfiguration.Load(does, surroundings.CurrentDirectory, surroundings.Environment) : null;
            var cluster = ClusterConfiguration.Load(parsed.GetValue(seeds), parsed.GetValue(host), parsed.GetValue(port), road, surroundings.CurrentDirectory, surroundings.Environment);
            var configuration = (does & (NodeRoles.Collector | NodeRoles.Api)) == NodeRoles.None
                ? AurumConfiguration.OfNoProvider(dataDirectory)
                : AurumConfiguration.Load(
                    directory,
                    parsed.GetResult(providers) is null ? null : parsed.GetValue(providers),
                    dataDirectory,
                    surroundings.Providers,
                    surroundings.Environment,
                    surroundings.CurrentDirectory,
                    needsKeys: does.HasFlag(NodeRoles.Collector));
            foreach (var warning in configuration.Warnings)
            {
                await surroundings.Error.WriteLineAsync($"warning: {warning}");
            }

            var request = new RunRequest(
                configuration,
                road,
                cluster,
                does,
                goesOn,
                parsed.GetValue(interval),
                parsed.GetValue(catalogOnly) ? CollectionScope.CatalogOnly
                    : parsed.GetValue(observationsOnly) ? CollectionScope.ObservationsOnly
                    : CollectionScope.Everything,
                parsed.GetValue(logLevel) ?? LogLevel.Information,
                http is null || cluster.IsAlone ? http : http with { NodeName = $"{cluster.Host}:{cluster.Port}" })
            {
                LogFormat = Arguments.LogFormat(parsed.GetValue(logFormat), surroundings),
            };
            return await UntilStopped.RunAsync(stop => surroundings.Engine().RunAsync(request, stop));
        });
        return command;
    }

    /// <exception cref="CommandException">There is no such role, or nothing for it to do.</exception>
    private static NodeRoles Roles(string[]? named, RoadConfiguration road, bool goesOn, Surroundings surroundings)
    {
        var source = "--roles";
        if (named is null or [])
        {
            source = Variables.Roles;
            named = surroundings.Environment.Read(source)?.Split(',', StringSplitOptions.TrimEntries) ?? ["collector", "processor", "api"];
        }

        var roles = NodeRoles.None;
        foreach (var name in named)
        {
            roles |= name switch
            {
                "collector" => NodeRoles.Collector,
                "processor" => NodeRoles.Processor,
                "api" => NodeRoles.Api,
                _ => throw new CommandException(ExitCodes.BadRequest, $"{source}: there is no role \"{name}\"; expected some of collector, processor and api, separated by commas"),
            };
        }

        if (roles.HasFlag(NodeRoles.Collector))
        {
            return roles;
        }

        if (roles.HasFlag(NodeRoles.Processor) && road.Kafka is null)
        {
            throw new CommandException(ExitCodes.BadRequest, $"{source}: a processor takes what it stores from Kafka; expected {Variables.KafkaServers} to be set");
        }

        if (roles == NodeRoles.Api && (!goesOn || road.Database is null))
        {
            throw new CommandException(
                ExitCodes.BadRequest,
                goesOn
                    ? $"{source}: a node that only serves reads what others store; expected {Variables.Database} to be set"
                    : $"{source}: a node that only serves goes on until it is stopped; expected --loop");
        }

        return roles;
    }
}
