#include <algorithm>
#include <strop/optimize/few_shot.hpp>
#include <strop/optimize/python_random.hpp>

namespace strop {

Program labeled_few_shot(const Program& student, const std::vector<Json>& trainset, std::size_t k, bool sample) {
  auto predictors = student.predictors();
  PythonRandom random(0);
  for (auto& predictor : predictors) {
    predictor.demos.clear();
    const std::size_t count = std::min(k, trainset.size());
    if (sample) {
      for (const auto row : random.sample(trainset.size(), count)) predictor.demos.push_back(trainset[row]);
    } else {
      predictor.demos.assign(trainset.begin(), trainset.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
  return student.with(std::move(predictors));
}

}  // namespace strop
