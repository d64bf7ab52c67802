/// The scenarios by name.
package enum ScenarioCatalogue {
  /// One line of `--list`.
  package struct Entry: Sendable {
    package let name: String
    package let summary: String
    package let make: @Sendable (ScenarioOptions) -> Scenario
  }

  package static let entries: [Entry] = [
    DrivingScenarios.entries, VehicleScenarios.entries, BystanderScenarios.entries, LightScenarios.entries,
    NightScenarios.entries, WeatherScenarios.entries, CameraScenarios.entries,
  ].flatMap(\.self)

  package static func entry(named name: String) -> Entry? { entries.first { $0.name == name } }
}
