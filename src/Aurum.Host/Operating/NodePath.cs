using System.Globalization;

namespace Aurum.Host.Operating;

/// <summary>Paths of a node's API. What is put into one is encoded: names of series hold slashes, colons and the like.</summary>
internal static class NodePath
{
    public static string Of(FormattableString path)
    {
        object[] encoded = [.. path.GetArguments().Select(part => Uri.EscapeDataString(Convert.ToString(part, CultureInfo.InvariantCulture) ?? ""))];
        return string.Format(CultureInfo.InvariantCulture, path.Format, encoded);
    }

    /// <summary>With the parameters that have a value.</summary>
    public static string With(string path, params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}").ToArray();
        return given.Length == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', given)}";
    }
}
