using System.Globalization;
using Aurum.Actors.Serialization.Kafka;
using Aurum.Actors.Topics;
using Aurum.Host.Configuration;
using Aurum.Host.Engine;
using Aurum.SchemaRegistry;
using Aurum.Storage;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Preflight;

/// <summary>The systems around a node, and the disk below it.</summary>
internal sealed class SystemChecks(IDeployment deployment)
{
    private const long Mebibyte = 1024 * 1024;
    private const long LeastRoomBytes = 256 * Mebibyte;
    private const long UsualRoomBytes = 2048 * Mebibyte;

    /// <summary>More than this, and a successor would send before its predecessor has ended.</summary>
    private static readonly TimeSpan MostSkewOfDatabase = TimeSpan.FromSeconds(0.5);

    /// <summary>A provider's day begins and ends with this clock, with a few seconds to spare.</summary>
    private static readonly TimeSpan MostSkewOfProvider = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Finding>> DatabaseAsync(PostgresDsn dsn, CancellationToken stop)
    {
        try
        {
            var found = await deployment.DatabaseAsync(dsn, stop);
            return [.. Of(dsn, found), OfClock("clock database", "the database's clock", found.ClockAhead, MostSkewOfDatabase)];
        }
        catch (StorageException away)
        {
            return [Finding.Failed("database", away.Message, "see that it runs, is reached from here and lets this user in; AURUM_APP_DB_DSN says where it is", ExitCodes.OutsideSystemMissing)];
        }
    }

    public async Task<IReadOnlyList<Finding>> KafkaAsync(KafkaConfiguration kafka, CancellationToken stop)
    {
        try
        {
            var access = await deployment.KafkaAccessAsync(kafka.Options, stop);
            return [Finding.Good("kafka", $"the cluster at {kafka.Options.BootstrapServers} answers"), .. await TopicsAsync(kafka, access, stop), .. Of(access, kafka.Options.GroupId)];
        }
        catch (NodeStartException away)
        {
            return [Finding.Failed("kafka", away.Message, "see that the brokers run, are reached from here and let this user in; KAFKA_BOOTSTRAP_SERVERS says where they are", ExitCodes.OutsideSystemMissing)];
        }
    }

    /// <summary>A cluster may tell its topics and not their settings.</summary>
    private async Task<IEnumerable<Finding>> TopicsAsync(KafkaConfiguration kafka, KafkaAccess access, CancellationToken stop)
    {
        try
        {
            return (await deployment.TopicsAsync(kafka.Options, kafka.Topics, ensure: false, stop)).Select(Of);
        }
        catch (NodeStartException untold)
        {
            return
            [
                Finding.Warning("kafka topics", untold.Message, "compare their settings with kafka.json by the cluster's own tools"),
                .. access.Missing.Select(topic => Of(new TopicReport(kafka.Topics.First(settings => settings.Name == topic), TopicState.Missing, []))),
            ];
        }
    }

    public async Task<IReadOnlyList<Finding>> RegistryAsync(SchemaRegistryOptions registry, CancellationToken stop)
    {
        try
        {
            return [.. (await deployment.SchemasAsync(registry, register: false, stop)).Select(Of)];
        }
        catch (NodeStartException away)
        {
            return [Finding.Failed("schema registry", away.Message, "see that it runs and is reached from here; SCHEMA_REGISTRY_URL says where it is", ExitCodes.OutsideSystemMissing)];
        }
    }

    public static Finding OfProviderClock(string provider, TimeSpan ahead) => OfClock($"clock {provider}", $"the clock of {provider}", ahead, MostSkewOfProvider);

    /// <summary>Room and the right to write, in the data directory or where it would be made.</summary>
    public static Finding Disk(string dataDirectory)
    {
        var place = dataDirectory;
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } above)
        {
            place = above;
        }

        try
        {
            using (new FileStream(Path.Combine(place, $".aurum-preflight-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }

            var room = new DriveInfo(place).AvailableFreeSpace;
            var says = string.Create(CultureInfo.InvariantCulture, $"{room / Mebibyte:N0} MiB are free for {dataDirectory}");
            return room < LeastRoomBytes ? Finding.Failed("disk", says, $"make room: at least {LeastRoomBytes / Mebibyte} MiB, or name another directory with AURUM_DATA_DIR", ExitCodes.OutsideSystemMissing)
                : room < UsualRoomBytes ? Finding.Warning("disk", says, "make room before it is needed: a year of a thousand daily series takes some 100 MiB")
                : Finding.Good("disk", says);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed("disk", $"{dataDirectory} cannot be written: {refused.Message}", "give this user the right to write there, or name another directory with AURUM_DATA_DIR", ExitCodes.OutsideSystemMissing);
        }
    }

    private static IEnumerable<Finding> Of(PostgresDsn dsn, PostgresInspection found)
    {
        yield return found.MajorVersion >= PostgresInspection.OldestMajorVersion
            ? Finding.Good("database", $"PostgreSQL {found.ServerVersion} at {dsn.Place}")
            : Finding.Warning("database", $"PostgreSQL {found.ServerVersion} at {dsn.Place} is old", $"upgrade it: the oldest that is still mended is {PostgresInspection.OldestMajorVersion}");
        yield return found.LackingRights.Count == 0
            ? Finding.Good("database rights", dsn.User.Length == 0 ? "the user may do all that is needed" : $"{dsn.User} may do all that is needed")
            : Finding.Failed("database rights", $"the user may not: {string.Join("; ", found.LackingRights)}", "have the database's owner grant it, or run aurum db migrate as who may", ExitCodes.OutsideSystemMissing);
        yield return found.Pending.Count == 0
            ? Finding.Good("database migrations", $"all {found.Applied} are applied")
            : Finding.Warning("database migrations", $"{found.Applied} are applied, {found.Pending.Count} are not: {string.Join(", ", found.Pending)}", "aurum db migrate applies them; aurum run does it too where its user may");
    }

    private static Finding Of(TopicReport report)
    {
        var check = $"topic {report.Topic.Name}";
        return report.State switch
        {
            TopicState.Missing => Finding.Warning(check, "is not there", "aurum topics ensure makes it; aurum run does it too where its user may"),
            TopicState.Drifted => Finding.Warning(check, $"differs: {string.Join("; ", report.Differences)}", "change the topic or kafka.json; what does not fit is for the cluster's owner to decide"),
            _ => Finding.Good(check, report.Note is { } note ? $"is there; {note}" : "is there as configured"),
        };
    }

    private static IEnumerable<Finding> Of(KafkaAccess access, string group)
    {
        yield return access switch
        {
            { Refused.Count: > 0 } => Finding.Failed("kafka rights", $"this user may not: {string.Join("; ", access.Refused)}", "have the cluster's owner allow it (Read, Write and Describe of the topics, Read of the group)", ExitCodes.OutsideSystemMissing),
            { Missing.Count: > 0 } => Finding.Warning("kafka rights", $"were not all tried, since {string.Join(", ", access.Missing)} is not there", "look again when it is"),
            { WritingIsKnown: false } => Finding.Good("kafka rights", "reading was tried and works; the brokers do not tell who may write"),
            _ => Finding.Good("kafka rights", "reading was tried and works; the brokers say that writing is allowed"),
        };
        if (access.Behind is { } behind)
        {
            yield return Finding.Good("kafka lag", string.Create(CultureInfo.InvariantCulture, $"{group} is {behind:N0} records behind"));
        }
    }

    private static Finding Of(SchemaStanding standing)
    {
        var check = $"schema {standing.Schema.Subject}";
        return standing.State switch
        {
            SchemaState.AlreadyThere or SchemaState.RegisteredNow => Finding.Good(check, $"is there, id {standing.Id}, version {standing.Version}"),
            SchemaState.Registrable => Finding.Warning(check, "is not there and would be taken", "aurum schemas register does it; aurum run does it too"),
            _ => Finding.Failed(check, $"is not compatible: {string.Join("; ", standing.Conflict!.Reasons)}", "register the new one under the registry's rules, or use the release that fits", ExitCodes.OutsideSystemMissing),
        };
    }

    private static Finding OfClock(string check, string whose, TimeSpan ahead, TimeSpan most)
    {
        var says = ahead == TimeSpan.Zero
            ? $"{whose} agrees with this one"
            : string.Create(CultureInfo.InvariantCulture, $"{whose} is {Math.Abs(ahead.TotalSeconds):0.###} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this one");
        return ahead.Duration() <= most
            ? Finding.Good(check, says)
            : Finding.Failed(check, says, string.Create(CultureInfo.InvariantCulture, $"have NTP keep both clocks: they may differ by {most.TotalSeconds:0.#} s at most"), ExitCodes.SomeFailed);
    }
}
