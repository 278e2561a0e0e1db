namespace Aurum.Providers.WorldBank;

internal static class WorldBankText
{
    /// <summary>The text without the blanks around it, which many names here carry; null when nothing else is left.</summary>
    public static string? NotBlank(this string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
