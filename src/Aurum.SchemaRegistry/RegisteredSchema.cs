namespace Aurum.SchemaRegistry;

/// <summary>A schema as a subject has it.</summary>
/// <param name="Id">Unique in the whole registry; stands in front of each record.</param>
/// <param name="Version">Counts the schemas of the subject.</param>
public sealed record RegisteredSchema(string Subject, int Id, int Version, string Schema);

/// <summary>Whether a subject would take a schema.</summary>
/// <param name="Reasons">The registry's own words on why not.</param>
public sealed record CompatibilityVerdict(bool IsCompatible, IReadOnlyList<string> Reasons);
