-- engines: all
-- kind: sort
-- count-size: 3000
-- Sorting algorithms written in Lua over one array of numbers: heap sort, quicksort, merge sort,
-- shell sort.
local size = tonumber((...)) or 120000

local floor = math.floor

local function sift_down(list, start, last)
  local value, hole = list[start], start
  while hole * 2 <= last do
    local child = hole * 2
    if child < last and list[child] < list[child + 1] then child = child + 1 end
    if value >= list[child] then break end
    list[hole] = list[child]
    hole = child
  end
  list[hole] = value
end

local function heap_sort(list)
  local count = #list
  for i = floor(count / 2), 1, -1 do sift_down(list, i, count) end
  for last = count, 2, -1 do
    list[1], list[last] = list[last], list[1]
    sift_down(list, 1, last - 1)
  end
end

local function quicksort(list, low, high)
  low, high = low or 1, high or #list
  while low < high do
    local pivot = list[floor((low + high) / 2)]
    local i, j = low, high
    while i <= j do
      while list[i] < pivot do i = i + 1 end
      while list[j] > pivot do j = j - 1 end
      if i <= j then
        list[i], list[j] = list[j], list[i]
        i, j = i + 1, j - 1
      end
    end
    if j - low < high - i then
      quicksort(list, low, j)
      low = i
    else
      quicksort(list, i, high)
      high = j
    end
  end
end

local function merge_sort(list)
  local count, source, target = #list, list, {}
  local width = 1
  while width < count do
    for start = 1, count, 2 * width do
      local left, middle = start, math.min(start + width, count + 1)
      local right, stop = middle, math.min(start + 2 * width, count + 1)
      for out = start, stop - 1 do
        if left < middle and (right >= stop or source[left] <= source[right]) then
          target[out] = source[left]
          left = left + 1
        else
          target[out] = source[right]
          right = right + 1
        end
      end
    end
    source, target = target, source
    width = width * 2
  end
  if source ~= list then
    for i = 1, count do list[i] = source[i] end
  end
end

local function shell_sort(list)
  local count = #list
  local gap = 1
  while gap < count / 3 do gap = 3 * gap + 1 end
  while gap >= 1 do
    for i = gap + 1, count do
      local value, j = list[i], i
      while j > gap and list[j - gap] > value do
        list[j] = list[j - gap]
        j = j - gap
      end
      list[j] = value
    end
    gap = floor(gap / 3)
  end
end

local function generate(count)
  local list, seed = {}, 42
  for i = 1, count do
    seed = seed * 16807 % 2147483647
    list[i] = seed
  end
  return list
end

for _, sort in ipairs { heap_sort, quicksort, merge_sort, shell_sort } do
  local checksum
  for _ = 1, 3 do
    local list = generate(size)
    sort(list)
    checksum = 0
    for i = 1, size do
      assert(i == 1 or list[i - 1] <= list[i], "not sorted")
      checksum = (checksum * 31 + list[i]) % 1000000007
    end
  end
  print(checksum)
end
