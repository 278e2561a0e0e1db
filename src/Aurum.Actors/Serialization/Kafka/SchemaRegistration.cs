using Aurum.SchemaRegistry;

namespace Aurum.Actors.Serialization.Kafka;

/// <summary>How a contract stands with the registry.</summary>
public enum SchemaState
{
    /// <summary>The subject has had it before.</summary>
    AlreadyThere,

    /// <summary>The subject has it since this call.</summary>
    RegisteredNow,

    /// <summary>The subject does not have it and would take it.</summary>
    Registrable,

    /// <summary>The subject's rule of compatibility forbids it.</summary>
    Incompatible,
}

/// <param name="Id">The id that goes in front of each record; null while the subject does not have the schema.</param>
/// <param name="Version">Its version within the subject; null where it has none, or the registry forgot to say.</param>
/// <param name="Conflict">What stands against it, when it is incompatible.</param>
public sealed record SchemaStanding(KafkaSchema Schema, SchemaState State, int? Id, int? Version, SchemaConflict? Conflict = null);

/// <param name="Rule">The subject's rule of compatibility: BACKWARD, FULL and so on.</param>
/// <param name="Latest">The schema that the subject has; null when it was taken away meanwhile.</param>
/// <param name="Reasons">In the registry's words.</param>
public sealed record SchemaConflict(string Rule, RegisteredSchema? Latest, IReadOnlyList<string> Reasons);

/// <summary>
/// Brings our contracts to the registry, and never past a subject's rule: each is checked before it is registered. An outage or
/// missing rights are a <see cref="SchemaRegistryException"/>.
/// </summary>
public sealed class SchemaRegistration(SchemaRegistryClient registry)
{
    /// <summary>How the contracts stand; changes nothing.</summary>
    public Task<IReadOnlyList<SchemaStanding>> CheckAsync(IReadOnlyList<KafkaSchema> schemas, CancellationToken cancellationToken) =>
        EachAsync(schemas, StandingAsync, cancellationToken);

    /// <summary>Registers those contracts that their subjects lack and would take.</summary>
    public Task<IReadOnlyList<SchemaStanding>> RegisterAsync(IReadOnlyList<KafkaSchema> schemas, CancellationToken cancellationToken) =>
        EachAsync(schemas, RegisterAsync, cancellationToken);

    private static async Task<IReadOnlyList<SchemaStanding>> EachAsync(
        IReadOnlyList<KafkaSchema> schemas,
        Func<KafkaSchema, CancellationToken, Task<SchemaStanding>> one,
        CancellationToken cancellationToken)
    {
        var standings = new List<SchemaStanding>(schemas.Count);
        foreach (var schema in schemas)
        {
            standings.Add(await one(schema, cancellationToken));
        }

        return standings;
    }

    private async Task<SchemaStanding> StandingAsync(KafkaSchema schema, CancellationToken cancellationToken)
    {
        if (await registry.LookupAsync(schema.Subject, schema.Text, cancellationToken) is { } known)
        {
            return new SchemaStanding(schema, SchemaState.AlreadyThere, known.Id, known.Version);
        }

        var verdict = await registry.CheckAsync(schema.Subject, schema.Text, cancellationToken);
        return verdict.IsCompatible
            ? new SchemaStanding(schema, SchemaState.Registrable, null, null)
            : await IncompatibleAsync(schema, verdict.Reasons, cancellationToken);
    }

    private async Task<SchemaStanding> IncompatibleAsync(KafkaSchema schema, IReadOnlyList<string> reasons, CancellationToken cancellationToken) =>
        new(schema, SchemaState.Incompatible, null, null, new SchemaConflict(
            await registry.CompatibilityRuleAsync(schema.Subject, cancellationToken),
            await registry.LatestAsync(schema.Subject, cancellationToken),
            reasons));

    private async Task<SchemaStanding> RegisterAsync(KafkaSchema schema, CancellationToken cancellationToken)
    {
        var standing = await StandingAsync(schema, cancellationToken);
        if (standing.State != SchemaState.Registrable)
        {
            return standing;
        }

        try
        {
            var id = await registry.RegisterAsync(schema.Subject, schema.Text, cancellationToken);
            var registered = await registry.LookupAsync(schema.Subject, schema.Text, cancellationToken);
            return standing with { State = SchemaState.RegisteredNow, Id = id, Version = registered?.Version };
        }
        catch (SchemaRegistryException exception) when (exception.Kind == SchemaRegistryFailure.Incompatible)
        {
            // somebody registered another schema between our question and our order
            return await IncompatibleAsync(schema, [exception.Message], cancellationToken);
        }
    }
}
